"""Durations become billed seconds by the increments of a tariff."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.amounts import amount, minutes, rounded, shown_quantity
from services.billing.domain.rating import billed_seconds, price
from services.billing.domain.rating.tariff import DurationTariff, Rounding

seconds_up_to_an_hour = st.integers(1, 3600)
tariffs = st.builds(
    DurationTariff, st.sampled_from(Rounding), seconds_up_to_an_hour, seconds_up_to_an_hour
)
histograms = st.dictionaries(st.integers(0, 20_000), st.integers(1, 10_000), max_size=30)


@pytest.mark.parametrize(
    ("seconds", "per_minute", "increments", "billed", "exact_amount"),
    [
        (0, "0.01", (60, 60), 0, "0"),
        (1, "0.01", (6, 6), 6, "0.001"),
        (7, "0.01", (6, 6), 12, "0.002"),
        (31, "0.01", (30, 6), 36, "0.006"),
        (61, "0.01", (60, 60), 120, "0.02"),
        (46, "0.01", (45, 60), 105, "0.0175"),
        (6, "0.00325", (6, 6), 6, "0.000325"),
    ],
)
def test_one_call_is_rounded_up_by_its_increments(
    seconds: int, per_minute: str, increments: tuple[int, int], billed: int, exact_amount: str
) -> None:
    """The first increment is a minimum; beyond it, whole next increments count."""
    tariff = DurationTariff(Rounding.PER_CALL, *increments)

    assert billed_seconds(tariff, {seconds: 1}) == billed
    assert price(tariff, Decimal(per_minute), seconds) == Fraction(exact_amount)


def test_a_period_is_rounded_up_once() -> None:
    """The seed's formula: all seconds of the month together, then up to a whole minute."""
    tariff = DurationTariff(Rounding.PER_PERIOD, 60, 60)
    calls = {31: 87_540, 1: 1}

    assert sum(seconds * count for seconds, count in calls.items()) == 2_713_741
    assert minutes(billed_seconds(tariff, calls)) == 45_230


def test_a_period_without_answered_calls_costs_nothing() -> None:
    """The first increment is a minimum for what was used, not a fee."""
    assert billed_seconds(DurationTariff(Rounding.PER_PERIOD, 60, 60), {0: 900}) == 0


def test_tenths_of_minutes_are_shown_exactly() -> None:
    """Six-second increments give tenths."""
    assert shown_quantity(minutes(9_306)) == Decimal("155.1")


def test_a_quantity_that_has_no_end_is_shown_with_six_decimals() -> None:
    """One second is 0.016666... minutes."""
    assert shown_quantity(minutes(1)) == Decimal("0.016667")


def test_the_amount_comes_from_the_exact_quantity_not_from_the_shown_one() -> None:
    """20 seconds at 0.015 are half a cent, which goes up; 0.333333 minutes would go down."""
    assert amount(minutes(20), Decimal("0.015"), "USD").amount == Decimal("0.01")


@pytest.mark.parametrize(
    ("exact", "currency", "expected"),
    [
        (Fraction("0.005"), "USD", "0.01"),
        (Fraction("0.00499999999999999999999999999"), "USD", "0.00"),
        (Fraction(1, 3), "USD", "0.33"),
        (Fraction(2, 3), "JPY", "1"),
        (Fraction(1, 2), "JPY", "1"),
        (Fraction(1, 3), "KWD", "0.333"),
    ],
)
def test_an_amount_is_rounded_half_up_to_the_minor_unit(
    exact: Fraction, currency: str, expected: str
) -> None:
    """A value just below a tie is no tie, however many digits it takes to see it."""
    assert rounded(exact, currency).amount == Decimal(expected)


@given(tariffs, st.integers(0, 100_000))
def test_rounding_up_never_loses_a_second(tariff: DurationTariff, seconds: int) -> None:
    """What is billed is at least what was talked, and less than one increment more."""
    billed = tariff.round_up(seconds)

    assert billed >= seconds
    assert billed == 0 or billed - seconds < max(
        tariff.first_increment_seconds, tariff.next_increment_seconds
    )


@given(tariffs, st.integers(0, 100_000), st.integers(0, 1000))
def test_a_longer_call_never_costs_less(tariff: DurationTariff, seconds: int, more: int) -> None:
    """Rating is monotone in the duration."""
    assert tariff.round_up(seconds + more) >= tariff.round_up(seconds)


@given(seconds_up_to_an_hour, seconds_up_to_an_hour, histograms)
def test_pricing_the_histogram_is_pricing_every_call(
    first: int, following: int, calls: dict[int, int]
) -> None:
    """The histogram loses nothing that a per-call tariff depends on."""
    tariff = DurationTariff(Rounding.PER_CALL, first, following)
    per_minute = Decimal("0.0123")

    one_by_one = sum(price(tariff, per_minute, seconds) * count for seconds, count in calls.items())

    assert minutes(billed_seconds(tariff, calls)) * Fraction(per_minute) == one_by_one


@given(tariffs, histograms, st.integers(0, 20_000))
def test_one_more_call_never_costs_less(
    tariff: DurationTariff, calls: dict[int, int], seconds: int
) -> None:
    """Rating is monotone in the calls."""
    more = {**calls, seconds: calls.get(seconds, 0) + 1}

    assert billed_seconds(tariff, more) >= billed_seconds(tariff, calls)


@given(st.fractions(min_value=0, max_value=10**12), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_rounding_is_off_by_half_a_minor_unit_at_most(exact: Fraction, currency: str) -> None:
    """A tie goes up."""
    digits = {"USD": 2, "JPY": 0, "KWD": 3, "CLF": 4}[currency]

    error = Fraction(rounded(exact, currency).amount) - exact

    assert -Fraction(1, 2 * 10**digits) < error <= Fraction(1, 2 * 10**digits)
