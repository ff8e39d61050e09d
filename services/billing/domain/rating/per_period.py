"""The price model that is kind to clients: one rounding up on the seconds of all calls."""

from __future__ import annotations

from collections.abc import Mapping

from services.billing.domain.rating.tariff import DurationTariff


def billed_seconds(tariff: DurationTariff, calls: Mapping[int, int]) -> int:
    """Gives the rounded sum of durations; `calls` is billable seconds -> number of calls."""
    return tariff.round_up(sum(tariff.counted(seconds) * count for seconds, count in calls.items()))
