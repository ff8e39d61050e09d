"""Readings of the meters other than calls."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest

MOST_MEASUREMENTS: Final = 1000
_LONGEST_SUBJECT: Final = 80
_DECIMALS: Final = 6
_QUANTITY_LIMIT: Final = Decimal(10) ** 12
_ID_BYTES: Final = 15


class Meter(IntEnum):
    """What is metered other than calls; the numbers are the contract's."""

    DID_DAYS = 1
    STORAGE_GIGABYTES = 2
    SUPPORT_HOURS = 3
    NAMED_SEATS = 4
    PEAK_SEATS = 5
    API_CALLS = 6


# What is there on a day or is not.
_ONE_A_DAY: Final = frozenset({Meter.DID_DAYS, Meter.NAMED_SEATS})
# What there are only whole ones of.
_COUNTED: Final = frozenset({Meter.PEAK_SEATS, Meter.API_CALLS})


@dataclass(frozen=True, slots=True, order=True)
class Measurement:
    """One reading of one meter on one day of the tenant's billing zone."""

    local_date: date
    meter: Meter
    subject: str
    quantity: Decimal

    @property
    def measurement_id(self) -> str:
        """The same for ever, since it is made of what the reading is known by."""
        known_by = f"{self.meter.value}|{self.local_date.isoformat()}|{self.subject}"
        digest = hashlib.sha256(known_by.encode()).digest()[:_ID_BYTES]
        return base64.b32hexencode(digest).decode().lower()


@dataclass(frozen=True, slots=True)
class MeterTotal:
    """The readings of one meter over a span: how many subjects above 0, how many days, how much.

    `greatest_day` is the sum of the day that has most.
    """

    meter: Meter
    subject_count: int
    day_count: int
    sum: Decimal
    greatest_day: Decimal


def check(measurements: Sequence[Measurement]) -> None:
    """Refuses readings that cannot be, with INVALID_REQUEST."""
    if not 1 <= len(measurements) <= MOST_MEASUREMENTS:
        raise InvalidRequest.at("measurements", f"Must be 1 to {MOST_MEASUREMENTS:,} readings.")
    known_by = {(reading.meter, reading.local_date, reading.subject) for reading in measurements}
    if len(known_by) != len(measurements):
        complaint = "No two readings may be of the same meter, subject and date."
        raise InvalidRequest.at("measurements", complaint)
    violations = [
        FieldViolation(f"measurements[{index}].{fault[0]}", fault[1])
        for index, reading in enumerate(measurements)
        if (fault := _fault(reading)) is not None
    ]
    if violations:
        raise InvalidRequest(violations[:20])


def _fault(reading: Measurement) -> tuple[str, str] | None:
    quantity = reading.quantity
    if not 1 <= len(reading.subject) <= _LONGEST_SUBJECT:
        return "subject", f"Must be 1 to {_LONGEST_SUBJECT} characters."
    if not 0 <= quantity < _QUANTITY_LIMIT:
        return "quantity", "Must not be negative, and less than 10^12."
    if quantity != round(quantity, _DECIMALS):
        return "quantity", f"Must have at most {_DECIMALS} decimal places."
    if reading.meter in _ONE_A_DAY and quantity not in (0, 1):
        return "quantity", "Must be 1, or 0 to take a day back."
    if reading.meter in _COUNTED and quantity != quantity.to_integral_value():
        return "quantity", "Must be a whole number."
    return None
