"""Ranges of bytes, as HTTP asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from services.kit.errors import Kind, Refusal

_RANGE: Final = re.compile(r"bytes=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*")


class RangeNotSatisfiable(Refusal):
    """No byte of the file lies in the range."""

    kind = Kind.OUT_OF_RANGE
    reason = "RANGE_NOT_SATISFIABLE"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file: its first byte, how many, and whether it was asked for."""

    offset: int
    length: int
    is_part: bool

    @property
    def last(self) -> int:
        """Its last byte."""
        return self.offset + self.length - 1


def part_of(asked: str, file_bytes: int) -> Part:
    """Gives the part of a file that is asked for; all of it if that is no one range.

    Refuses with RANGE_NOT_SATISFIABLE.
    """
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match[1] == match[2] == "":
        return Part(0, file_bytes, False)
    if not match[1]:
        length = min(int(match[2]), file_bytes)
        first, last = file_bytes - length, file_bytes - 1
    else:
        first = int(match[1])
        last = min(int(match[2] or file_bytes), file_bytes - 1)
        if match[2] and int(match[2]) < first:
            return Part(0, file_bytes, False)
    if first > last:
        raise RangeNotSatisfiable("The range lies outside of the file.", file_bytes=file_bytes)
    return Part(first, last - first + 1, True)
