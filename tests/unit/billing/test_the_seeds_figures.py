"""The seed's own arithmetic, written out: rating of calls, unit economics and tiers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from services.billing.domain.charges import charge_lines
from services.billing.domain.item import Item
from services.billing.domain.price import Price, PriceModel
from services.billing.domain.rating import billed_seconds, price, price_of_calls
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from tests.support.builders.billing import PER_PERIOD, a_month, a_price_book, a_span
from tests.support.builders.prices import MONTH, exact


@pytest.mark.parametrize(
    ("seconds", "per_minute", "increments", "billed", "amount"),
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
def test_a_call_is_rated_exactly(
    seconds: int, per_minute: str, increments: tuple[int, int], billed: int, amount: str
) -> None:
    """Alone, and as a million calls of a histogram."""
    tariff = DurationTariff(Rounding.PER_CALL, *increments)
    million = price_of_calls(tariff, Decimal(per_minute), {seconds: 10**6})

    assert billed_seconds(tariff, {seconds: 1}) == billed
    assert price(tariff, Decimal(per_minute), seconds) == Fraction(amount)
    assert million == Fraction(amount) * 10**6


@pytest.mark.parametrize(
    ("cost", "charge", "profit", "markup_percent"),
    [
        (PerUnit(Decimal("0.01")), PerUnit(Decimal("0.025")), "0.015", "150"),
        (PerUnit(Decimal("1")), PerUnit(Decimal("3")), "2", "200"),
        (PerUnit(Decimal("0")), PerUnit(Decimal("500")), "500", None),
        (PerUnit(Decimal("0.10")), PerUnit(Decimal("1")), "0.90", "900"),
        (Flat(Decimal("200")), Flat(Decimal("1500")), "1300", "650"),
    ],
    ids=["minute", "did", "platform", "gigabyte", "setup"],
)
def test_one_unit_earns_what_the_seed_says(
    cost: PriceModel, charge: PriceModel, profit: str, markup_percent: str | None
) -> None:
    """Exactly, before any rounding; a mark-up on nothing has no percentage."""
    paid = exact(Price(cost).parts(Fraction(1)))
    earned = exact(Price(charge).parts(Fraction(1))) - paid

    assert earned == Fraction(profit)
    assert (earned / paid * 100 if paid else None) == (
        Fraction(markup_percent) if markup_percent else None
    )


@pytest.mark.parametrize(
    ("prices", "lines", "estimated_profit"),
    [
        (
            {"platform": "299", "minute": "0.03", "did": "5"},
            [("1", "299", "299.00"), ("5000", "0.03", "150.00"), ("2", "5", "10.00")],
            "309.00",
        ),
        (
            {"platform": "499", "minute": "0.025", "did": "3"},
            [("1", "499", "499.00"), ("5000", "0.025", "125.00"), ("2", "3", "6.00")],
            "380.00",
        ),
        (
            {"platform": "999", "minute": "0.02", "did": "2"},
            [("1", "999", "999.00"), ("5000", "0.02", "100.00"), ("2", "2", "4.00")],
            "703.00",
        ),
    ],
    ids=["bronze", "silver", "gold"],
)
def test_the_tiers_are_charged_as_they_are_sold(
    prices: dict[str, str], lines: list[tuple[str, str, str]], estimated_profit: str
) -> None:
    """5,000 minutes and two numbers; profit by the seed's estimated cost of 150, 250 and 400."""
    costs = {"299": "150", "499": "250", "999": "400"}

    found = charge_lines(
        "abc-solar",
        [a_price_book(prices, tariff=PER_PERIOD)],
        a_month(a_span({("r1", 60): 5000}), dids=2),
    )

    assert [
        (f"{line.quantity.normalize():f}", f"{line.unit_price}", f"{line.amount.amount}")
        for line in found
    ] == lines
    total = sum(line.amount.amount for line in found)
    assert total - Decimal(costs[prices["platform"]]) == Decimal(estimated_profit)


def test_a_share_of_a_month_is_not_rounded_before_the_line() -> None:
    """A third of a month at 100 is 33.333..., until it becomes money."""
    parts = Price(Flat(Decimal(100))).parts(Fraction(0), share=MONTH / 3)

    assert exact(parts) == Fraction(100, 3)
    assert Item.PLATFORM_LICENSE.unit == parts[0].unit
