"""Time is aware, in UTC, and can be moved for many processes at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from services.kit.clock import MovableClock, OffsetClock, SystemClock, running_clock
from tests.support.eventually import eventually


def test_a_movable_clock_stands_still_until_moved(clock: MovableClock) -> None:
    """And then moves by exactly so much."""
    before = clock.now()

    clock.advance(days=30, seconds=1)

    assert clock.now() - before == timedelta(days=30, seconds=1)


def test_a_movable_clock_tells_utc() -> None:
    """Wherever it was set."""
    clock = MovableClock(datetime(2025, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))))

    assert clock.now().isoformat() == "2025-01-01T00:00:00+00:00"


def test_an_instant_without_a_zone_is_refused(clock: MovableClock) -> None:
    """It could be any."""
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2025, 1, 1))  # noqa: DTZ001


async def test_a_file_moves_the_clock_of_a_process(tmp_path: Path) -> None:
    """Within a blink, without a restart; no file is no offset."""
    file = tmp_path / "offset"
    clock = OffsetClock(file)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)

    file.write_text("86400\n")

    await eventually(lambda: clock.now() - datetime.now(UTC) > timedelta(hours=23), 2)


def test_a_process_takes_the_clock_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one variable for all of them."""
    assert isinstance(running_clock(), SystemClock)

    monkeypatch.setenv("VENEER_CLOCK_OFFSET_FILE", str(tmp_path / "offset"))

    assert isinstance(running_clock(), OffsetClock)
