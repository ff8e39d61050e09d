"""Writes leg journals: the line of docs/leg-journal.md, and the files it goes to."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from simulators.dialer.calls import Leg
from simulators.dialer.local_time import utc_day

_DAY_MS = 86_400_000


def checked(text: str) -> str:
    """The line with its check and line feed; `text` is everything before the last separator."""
    digest = hashlib.md5(text.encode("ascii"), usedforsecurity=False).hexdigest()
    return f"{text}|{digest[:8]}\n"


def milliseconds(value: int) -> str:
    """Milliseconds since the epoch as seconds with three decimals."""
    return f"{value // 1000}.{value % 1000:03d}"


def line(route_code: str, leg: Leg) -> str:
    """The leg's journal line."""
    answer = milliseconds(leg.answer_ms) if leg.answer_ms else ""
    return checked(
        f"1|L|{route_code}|{leg.direction}|{leg.uniqueid}|{leg.linkedid}|{leg.caller}|{leg.code}"
        f"|{leg.dialled}|{leg.caller_id}|{milliseconds(leg.start_ms)}|{answer}"
        f"|{milliseconds(leg.end_ms)}|{leg.cause}"
    )


def answer_line(route_code: str, leg: Leg) -> str:
    """The line that is written when the leg is answered."""
    return checked(
        f"1|A|{route_code}|{leg.direction}|{leg.uniqueid}|{leg.linkedid}|{leg.caller}|{leg.code}"
        f"|{leg.dialled}|{leg.caller_id}|{milliseconds(leg.start_ms)}"
        f"|{milliseconds(leg.answer_ms)}||0"
    )


class Journals:
    """The journal directory. Lines given to `append` go out by one write each."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._open: dict[str, tuple[str, int]] = {}

    def path(self, host: str, epoch: int) -> Path:
        """The host's file of the UTC day of this instant."""
        return self.directory / host / f"legs-{utc_day(epoch)}.journal"

    def append(self, host: str, text: str, written_ms: int) -> None:
        """Appends one whole line, line feed included, to the file of the day of writing."""
        path = self.path(host, written_ms // 1000)
        name, descriptor = self._open.get(host, ("", -1))
        if name != path.name:
            if descriptor >= 0:
                os.close(descriptor)
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            self._open[host] = (path.name, descriptor)
        os.write(descriptor, text.encode("ascii"))

    def extend_to(self, host: str, day: str, lines: list[str]) -> int:
        """Makes the day's file hold `lines`, writing only what it lacks; returns the bytes written.

        The lines come from a seed, so that a run that was killed half-way goes on at the byte
        where it stopped: nothing is written twice.
        """
        path = self.directory / host / f"legs-{day}.journal"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = "".join(lines).encode("ascii")
        there = path.stat().st_size if path.exists() else 0
        if there < len(content):
            with path.open("ab") as file:
                file.write(content[there:])
        return max(0, len(content) - there)

    def sizes(self) -> dict[str, int]:
        """Bytes of every journal file, by `<host>/<file name>`."""
        return {
            f"{path.parent.name}/{path.name}": path.stat().st_size
            for path in sorted(self.directory.glob("*/legs-*.journal"))
        }

    def close(self) -> None:
        """Closes the open files."""
        for _, descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()


def lines_by_day(lines: list[tuple[int, str]]) -> dict[str, list[str]]:
    """Groups (time of writing in ms, line) by UTC day, in order of writing."""
    days: dict[int, list[str]] = {}
    for written_ms, text in sorted(lines):
        days.setdefault(written_ms // _DAY_MS, []).append(text)
    return {utc_day(day * _DAY_MS // 1000): texts for day, texts in days.items()}
