"""Free and minimum seconds: what a call counts before it is rounded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.rating import billed_seconds
from services.billing.domain.rating.free_seconds import beyond
from services.billing.domain.rating.increments import round_up
from services.billing.domain.rating.minimum_seconds import at_least
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from tests.support.builders.prices import histograms, seconds, tariffs

PER_CALL = DurationTariff(Rounding.PER_CALL, 6, 6)
PER_PERIOD = DurationTariff(Rounding.PER_PERIOD, 60, 60)


@pytest.mark.parametrize(
    ("duration", "free", "left"), [(0, 5, 0), (5, 5, 0), (6, 5, 1), (90, 0, 90)]
)
def test_free_seconds_come_off_the_beginning(duration: int, free: int, left: int) -> None:
    """A call that is no longer is free."""
    assert beyond(duration, free) == left


@pytest.mark.parametrize(
    ("duration", "minimum", "counted"), [(0, 30, 0), (1, 30, 30), (30, 30, 30), (31, 30, 31)]
)
def test_a_call_that_counts_counts_the_minimum(duration: int, minimum: int, counted: int) -> None:
    """One that was not answered does not count."""
    assert at_least(duration, minimum) == counted


@pytest.mark.parametrize(
    ("duration", "rounded"), [(0, 0), (1, 30), (30, 30), (31, 36), (36, 36), (37, 42)]
)
def test_increments_round_up(duration: int, rounded: int) -> None:
    """30 seconds at least, then by six."""
    assert round_up(duration, 30, 6) == rounded


def test_free_seconds_are_taken_off_before_the_minimum_is_counted() -> None:
    """Calls of 5, 8 and 70 seconds; 5 free, then 30 at least: 0, 30 and 65, in sixths 66."""
    tariff = replace(PER_CALL, free_seconds=5, minimum_seconds=30)

    assert billed_seconds(tariff, {5: 1, 8: 1, 70: 1}) == 0 + 30 + 66


def test_each_call_of_a_period_has_its_own_free_and_minimum_seconds() -> None:
    """Only the rounding up is done once: 30 + 65 = 95 seconds are two minutes."""
    tariff = replace(PER_PERIOD, free_seconds=5, minimum_seconds=30)

    assert billed_seconds(tariff, {5: 1, 8: 1, 70: 1}) == 120


@given(tariffs(), seconds, st.integers(0, 1000))
def test_a_longer_call_never_counts_less(tariff: DurationTariff, duration: int, more: int) -> None:
    """Whatever is free or a minimum."""
    assert tariff.counted(duration + more) >= tariff.counted(duration)


@given(tariffs(), histograms)
def test_free_seconds_never_cost(tariff: DurationTariff, calls: dict[int, int]) -> None:
    """Without them nothing is billed less."""
    without = replace(tariff, free_seconds=0)

    assert billed_seconds(tariff, calls) <= billed_seconds(without, calls)


@given(tariffs(), histograms)
def test_minimum_seconds_never_save(tariff: DurationTariff, calls: dict[int, int]) -> None:
    """Without them nothing is billed more."""
    without = replace(tariff, minimum_seconds=0)

    assert billed_seconds(tariff, calls) >= billed_seconds(without, calls)
