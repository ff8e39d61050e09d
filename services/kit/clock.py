"""The only reader of wall time."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

# How stale an offset may be; a system call for each reading would be felt on the ingest path.
_REREAD_SECONDS = 0.1


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Gives the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """Stands still until it is moved; for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        """Moves on by a `timedelta` of these keywords, such as `days=30`."""
        self._now += timedelta(**duration)

    def set(self, instant: datetime) -> None:
        """Moves to an instant, before or after."""
        self._now = _aware(instant)


class OffsetClock:
    """The machine's time plus the seconds that a file holds, so that many processes move as one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = timedelta()
        self._read_at: float | None = None

    def now(self) -> datetime:
        ticks = time.monotonic()
        if self._read_at is None or ticks - self._read_at >= _REREAD_SECONDS:
            self._offset = _offset_in(self._path)
            self._read_at = ticks
        return datetime.now(UTC) + self._offset


def running_clock() -> Clock:
    """Gives the clock of this process: moved by VENEER_CLOCK_OFFSET_FILE if that is set."""
    path = os.environ.get("VENEER_CLOCK_OFFSET_FILE")
    return OffsetClock(Path(path)) if path else SystemClock()


def _offset_in(path: Path) -> timedelta:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return timedelta()
    return timedelta(seconds=float(text)) if text else timedelta()


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant.astimezone(UTC)
