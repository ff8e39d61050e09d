"""How much of the platform's room a tenant takes: recordings and leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

GIGABYTE: Final = 10**9
# A row and its entries in the table's thirteen indexes: taken as this, however much is filled in.
LEAD_BYTES: Final = 1_000
# Sound of telephones by the kind of file; what is of no known kind is taken as the smallest.
_SOUND_BYTES_A_SECOND: Final = {"wav": 16_000, "mp3": 2_000, "ogg": 2_000, "gsm": 1_650}
_LEAST_BYTES_A_SECOND: Final = min(_SOUND_BYTES_A_SECOND.values())
_MICRO: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a tenant keeps, in bytes."""

    recordings_bytes: int
    leads_bytes: int

    @property
    def whole_gigabytes(self) -> int:
        """All of it, in gigabytes that are full."""
        return (self.recordings_bytes + self.leads_bytes) // GIGABYTE


def kept(seconds_by_kind: Mapping[str, int], leads: int) -> Kept:
    """Gives what recordings (seconds by the ending of the file's name) and so many leads take."""
    recordings = sum(
        seconds * _SOUND_BYTES_A_SECOND.get(kind.lower(), _LEAST_BYTES_A_SECOND)
        for kind, seconds in seconds_by_kind.items()
    )
    return Kept(recordings, leads * LEAD_BYTES)


def gigabytes(count: int) -> Decimal:
    """Bytes as gigabytes, to a kilobyte, rounded half up."""
    return (Decimal(count) / GIGABYTE).quantize(_MICRO, ROUND_HALF_UP)
