"""Reads what the dialplan wrote: answers by their fields, legs with telephony's own reader."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import NamedTuple

from services.telephony.domain.journal_line import read_line
from services.telephony.domain.leg import JournalLeg


class Answer(NamedTuple):
    """A line that says that a leg was answered."""

    route: str
    direction: str
    uniqueid: str
    dialled: str
    answer_millis: int


def legs(folder: Path, dialled: str = "") -> list[JournalLeg]:
    """The legs that ended, in the order of their lines; fails on a line that cannot be read."""
    found = []
    for line in _lines(folder, "L"):
        leg = read_line(line.encode(), int(time.time() * 1000))
        assert isinstance(leg, JournalLeg), f"{line}: {leg}"
        if dialled in ("", leg.dialled_number):
            found.append(leg)
    return found


def answers(folder: Path, dialled: str = "") -> list[Answer]:
    """The answers, in the order of their lines; fails on a line that is not of the form."""
    found = []
    for line in _lines(folder, "A"):
        fields = line.split("|")
        body, _, check = line.rpartition("|")
        assert hashlib.md5(body.encode()).hexdigest()[:8] == check, line
        assert len(fields) == 15, line
        assert (fields[12], fields[13]) == ("", "0"), line
        millis = int(fields[11].replace(".", ""))
        answer = Answer(fields[2], fields[3], fields[4], fields[8], millis)
        if dialled in ("", answer.dialled):
            found.append(answer)
    return found


def text(folder: Path) -> str:
    """All lines as they are."""
    return "".join(path.read_text() for path in sorted(folder.glob("legs-*.journal")))


def _lines(folder: Path, kind: str) -> list[str]:
    lines = text(folder).split("\n")[:-1]
    return [line for line in lines if line.startswith(f"1|{kind}|")]
