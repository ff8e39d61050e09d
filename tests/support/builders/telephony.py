"""Journal lines, legs and dialer rows with defaults that say only what matters."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
NOON_SECONDS = int(NOON.timestamp())
NOON_MILLIS = NOON_SECONDS * 1000

_sequence = itertools.count(10_000)


@dataclass(frozen=True, slots=True)
class ALine:
    """One line of a journal, field by field as it stands there; `check` None for the right one."""

    version: str = "1"
    kind: str = "L"
    route: str = "abc1"
    direction: str = "o"
    uniqueid: str = f"{NOON_SECONDS - 100}.1"
    linkedid: str = f"{NOON_SECONDS - 101}.0"
    caller: str = f"{NOON_SECONDS - 101}.0"
    code: str = "V1020658190000100007"
    dialled: str = "12125550123"
    caller_id: str = "18005550100"
    start: str = f"{NOON_SECONDS - 100}.012"
    answer: str = f"{NOON_SECONDS - 90}.000"
    end: str = f"{NOON_SECONDS - 30}.000"
    cause: str = "16"
    check: str | None = None

    def text(self) -> str:
        """The line without its line feed."""
        body = "|".join(
            (
                self.version, self.kind, self.route, self.direction, self.uniqueid, self.linkedid,
                self.caller, self.code, self.dialled, self.caller_id, self.start, self.answer,
                self.end, self.cause,
            )
        )  # fmt: skip
        right = hashlib.md5(body.encode("latin-1"), usedforsecurity=False).hexdigest()[:8]
        return f"{body}|{right if self.check is None else self.check}"

    def bytes(self) -> bytes:
        """The line with its line feed."""
        return self.text().encode("latin-1") + b"\n"


def a_line(**changes: Any) -> ALine:
    """Gives a line of a leg that was answered for 60 seconds; each has a uniqueid of its own."""
    defaults = {"uniqueid": f"{NOON_SECONDS - 100}.{next(_sequence)}"}
    return replace(ALine(), **{**defaults, **changes})


def a_leg_at(created_seconds: int, talk_seconds: int = 60, **changes: Any) -> ALine:
    """Gives a line of a leg that began then, rang for ten seconds and talked."""
    times = {
        "uniqueid": f"{created_seconds}.{next(_sequence)}",
        "linkedid": f"{created_seconds}.1",
        "caller": f"{created_seconds}.2",
        "start": f"{created_seconds}.500",
        "answer": f"{created_seconds + 10}.500",
        "end": f"{created_seconds + 10 + talk_seconds}.500",
    }
    return a_line(**{**times, **changes})
