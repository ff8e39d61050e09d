"""Rating: calls to billed seconds, by the price model of a tariff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from services.billing.domain.rating import per_call, per_period
from services.billing.domain.rating.tariff import DurationTariff, Rounding


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
