"""Rating: calls to billed seconds and to money, by the price model of a tariff."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from services.billing.domain import amounts
from services.billing.domain.rating import connect_fee, per_call, per_period
from services.billing.domain.rating.tariff import DurationTariff, Rounding


def price(tariff: DurationTariff, price_per_minute: Decimal, seconds: int) -> Fraction:
    """Gives the exact price of one call of `seconds`, before any rounding of money.

    It is the price of a histogram of one call, so there is no second way to price one.
    """
    return price_of_calls(tariff, price_per_minute, {seconds: 1})


def price_of_calls(
    tariff: DurationTariff, price_per_minute: Decimal, calls: Mapping[int, int]
) -> Fraction:
    """Gives the exact price of calls; `calls` is billable seconds -> number of calls."""
    billed = amounts.minutes(billed_seconds(tariff, calls)) * Fraction(price_per_minute)
    return billed + connect_fee.answered(calls) * Fraction(tariff.connect_fee)


def billed_seconds(tariff: DurationTariff, calls: Mapping[int, int]) -> int:
    """Gives the seconds that calls are billed for; `calls` is billable seconds -> number of calls.

    All the calls of one line belong in one call of this function.
    """
    match tariff.rounding:
        case Rounding.PER_CALL:
            return per_call.billed_seconds(tariff, calls)
        case Rounding.PER_PERIOD:
            return per_period.billed_seconds(tariff, calls)
    assert_never(tariff.rounding)
