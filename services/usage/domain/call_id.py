"""Ids of calls: 24 characters that begin with the second of the call's start."""

from __future__ import annotations

from typing import Final

LENGTH: Final = 24
ALPHABET: Final = "0123456789abcdefghijklmnopqrstuv"
_SECOND_LENGTH: Final = 8


def start_second(call_id: str) -> int:
    """Gives the start in the id, seconds since 1970 UTC; ValueError if there is none."""
    return int(call_id[:_SECOND_LENGTH], 32)


def first_id_of(second: int) -> str:
    """Gives a text that sorts after the ids of earlier seconds and before those of this one."""
    digits = (ALPHABET[second >> shift & 31] for shift in range(35, -1, -5))
    return "".join(digits)
