"""Call codes: what the dialer calls a call. Not unique: there is no year in them, and no host."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A letter, local time without year and first digit of the month, the lead.
_PLAIN = re.compile(r"([A-Z])[0-9]{9}([0-9]{10})")
# Three-way calls and transfers that an agent dials beside a call.
_BESIDE = re.compile(r"DC[0-9]{6}W([0-9]{10})W")


@dataclass(frozen=True, slots=True)
class CallCode:
    """What a code tells; `is_beside` if the leg belongs to a call that was there before it."""

    lead_id: int
    is_beside: bool


def parse(code: str) -> CallCode | None:
    """Reads a code; None if it is of no form that names a lead."""
    if (plain := _PLAIN.fullmatch(code)) is not None:
        return CallCode(int(plain.group(2)), is_beside=False)
    if (beside := _BESIDE.fullmatch(code)) is not None:
        return CallCode(int(beside.group(1)), is_beside=True)
    return None
