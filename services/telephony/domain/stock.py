"""The operator's stock of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from services.kit.errors import InvalidRequest, Kind, Refusal
from services.telephony.domain.did import QUARANTINE_DAYS, check_number

NUMBERS_MAX: Final = 1_000
_PREFIX: Final = re.compile(r"\+?([0-9]{0,15})")


class NumberNotAvailable(Refusal):
    """Nothing is in stock that was asked for; whether somebody holds it is not told."""

    kind = Kind.FAILED_PRECONDITION
    reason = "NUMBER_NOT_AVAILABLE"


class NumberHeld(Refusal):
    """A tenant holds the number."""

    kind = Kind.FAILED_PRECONDITION
    reason = "NUMBER_HELD"


class StockState(StrEnum):
    """Whether a number can be ordered."""

    AVAILABLE = "AVAILABLE"
    HELD = "HELD"
    QUARANTINED = "QUARANTINED"


@dataclass(frozen=True, slots=True)
class StockNumber:
    """A number in stock; `number` is without plus.

    `tenant_id` is who holds it. `end_date` is the first day on which its last holder did not.
    """

    number: str
    carrier_id: str
    create_time: datetime
    tenant_id: str | None = None
    end_date: date | None = None

    @property
    def available_date(self) -> date | None:
        """The first day, in UTC, on which it can be ordered again; None if it never was held."""
        return self.end_date + timedelta(days=QUARANTINE_DAYS) if self.end_date else None

    def state(self, today: date) -> StockState:
        """What it is on a day in UTC."""
        if self.tenant_id is not None:
            return StockState.HELD
        if self.available_date is not None and today < self.available_date:
            return StockState.QUARANTINED
        return StockState.AVAILABLE


def numbers_without_plus(phone_numbers: Sequence[str]) -> list[str]:
    """Gives numbers in their order, each once; refuses too many and what is none."""
    if not 1 <= len(phone_numbers) <= NUMBERS_MAX:
        raise InvalidRequest.at("phone_numbers", f"Must be 1 to {NUMBERS_MAX:,} numbers.")
    for index, phone_number in enumerate(phone_numbers):
        check_number(phone_number, f"phone_numbers[{index}]")
    return sorted({number.removeprefix("+") for number in phone_numbers})


def prefix_of(text: str) -> str:
    """Gives the digits that numbers are to begin with."""
    found = _PREFIX.fullmatch(text)
    if found is None:
        raise InvalidRequest.at("prefix", "Must be digits, with or without plus.")
    return found[1]
