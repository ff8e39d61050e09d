"""Graduated: each unit by the tier that it falls into."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.tiers import Tier
from tests.support.builders.prices import (
    MONTH,
    exact,
    quantities,
    said,
    shares,
    tier_tables,
    tiers,
)

MINUTES = Graduated(tiers(("1000", "0.03"), ("5000", "0.025"), (None, "0.02")))


@pytest.mark.parametrize(
    ("quantity", "parts", "amount"),
    [
        ("0", [("up to 1,000", "0", "0.03")], "0"),
        ("1000", [("up to 1,000", "1000", "0.03")], "30"),
        (
            "1000.5",
            [("up to 1,000", "1000", "0.03"), ("above 1,000 up to 5,000", "1/2", "0.025")],
            "30.0125",
        ),
        (
            "6000",
            [
                ("up to 1,000", "1000", "0.03"),
                ("above 1,000 up to 5,000", "4000", "0.025"),
                ("above 5,000", "1000", "0.02"),
            ],
            "150",
        ),
    ],
)
def test_each_tier_that_is_reached_is_a_part(
    quantity: str, parts: list[tuple[str, str, str]], amount: str
) -> None:
    """With its own slice and price; a bound belongs to the tier below it."""
    found = MINUTES.parts(Fraction(quantity), MONTH)

    assert said(found) == parts
    assert exact(found) == Fraction(amount)


def test_one_tier_needs_no_words() -> None:
    """It is all there is."""
    assert said(Graduated(tiers((None, "2"))).parts(Fraction(3), MONTH)) == [("", "3", "2")]


@given(tier_tables(), quantities, shares)
def test_the_slices_are_the_quantity(
    table: tuple[Tier, ...], quantity: Fraction, share: Fraction
) -> None:
    """No unit is lost or charged twice."""
    parts = Graduated(table).parts(quantity, share)

    assert sum(part.quantity for part in parts) == quantity
    assert all(part.quantity >= 0 for part in parts)


@given(tier_tables(), quantities)
def test_the_price_is_the_sum_of_the_slices(table: tuple[Tier, ...], quantity: Fraction) -> None:
    """Counted the other way round: from each bound, how much lies above it."""
    expected, above = Fraction(0), Fraction(0)
    last_price = Decimal(0)
    for tier in table:
        step = Fraction(tier.unit_price) - Fraction(last_price)
        expected += max(Fraction(0), quantity - above) * step
        above, last_price = Fraction(tier.up_to_quantity or 0), tier.unit_price

    assert exact(Graduated(table).parts(quantity, MONTH)) == expected


@given(tier_tables(), quantities, shares)
def test_a_share_of_month_and_quantity_costs_that_share(
    table: tuple[Tier, ...], quantity: Fraction, share: Fraction
) -> None:
    """Half the tiers for half the use are half the price."""
    model = Graduated(table)

    assert exact(model.parts(quantity * share, share)) == share * exact(
        model.parts(quantity, MONTH)
    )
