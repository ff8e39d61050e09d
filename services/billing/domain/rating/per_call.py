"""The price model of carriers: every call is rounded up by itself."""

from __future__ import annotations

from collections.abc import Mapping

from services.billing.domain.rating.tariff import DurationTariff


def billed_seconds(tariff: DurationTariff, calls: Mapping[int, int]) -> int:
    """Gives the sum of the rounded durations; `calls` is billable seconds -> number of calls."""
    return sum(tariff.round_up(tariff.counted(seconds)) * count for seconds, count in calls.items())
