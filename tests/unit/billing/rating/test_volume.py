"""Volume: all units by the tier that their sum falls into."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.rating.tiers import Tier, ranges
from services.billing.domain.rating.volume import Volume
from tests.support.builders.prices import MONTH, exact, quantities, said, tier_tables, tiers

MINUTES = Volume(tiers(("1000", "0.03"), ("5000", "0.025"), (None, "0.02")))


@pytest.mark.parametrize(
    ("quantity", "part", "amount"),
    [
        ("0", ("up to 1,000", "0", "0.03"), "0"),
        ("1000", ("up to 1,000", "1000", "0.03"), "30"),
        ("1001", ("above 1,000 up to 5,000", "1001", "0.025"), "25.025"),
        ("6000", ("above 5,000", "6000", "0.02"), "120"),
    ],
)
def test_all_units_have_the_price_of_their_tier(
    quantity: str, part: tuple[str, str, str], amount: str
) -> None:
    """A bound belongs to the tier below it; one unit more makes all of them cheaper."""
    parts = MINUTES.parts(Fraction(quantity), MONTH)

    assert said(parts) == [part]
    assert exact(parts) == Fraction(amount)


def test_a_tier_of_half_a_month_ends_at_half_its_quantity() -> None:
    """501 minutes in half a month are a use of 1,002 a month."""
    (part,) = MINUTES.parts(Fraction(501), Fraction(1, 2))

    assert (part.label, str(part.unit_price)) == ("above 500 up to 2,500", "0.025")


@given(tier_tables(), quantities, st.fractions(min_value=0, max_value=1))
def test_within_a_tier_the_price_rises_evenly(
    table: tuple[Tier, ...], quantity: Fraction, between: Fraction
) -> None:
    """There are no jumps but at the bounds."""
    of = next(each for each in ranges(table, MONTH) if each.up_to is None or quantity <= each.up_to)
    less = of.above + (quantity - of.above) * between

    model = Volume(table)
    rise = exact(model.parts(quantity, MONTH)) - exact(model.parts(less, MONTH))

    # At its lower bound the tier has not begun yet.
    assert less == of.above or rise == (quantity - less) * Fraction(of.unit_price)


@given(tier_tables(), quantities)
def test_it_is_one_part_of_the_whole_quantity(table: tuple[Tier, ...], quantity: Fraction) -> None:
    """At a price that is in the table."""
    (part,) = Volume(table).parts(quantity, MONTH)

    assert part.quantity == quantity
    assert part.unit_price in {tier.unit_price for tier in table}
