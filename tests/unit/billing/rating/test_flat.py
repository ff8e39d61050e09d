"""Flat: a month costs the same, whatever is used."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from services.billing.domain.rating.flat import Flat
from tests.support.builders.prices import MONTH, exact, quantities, said, shares


def test_nothing_used_costs_as_much_as_anything() -> None:
    """It is one month at its price."""
    model = Flat(Decimal("250"))

    assert said(model.parts(Fraction(0), MONTH)) == [("flat rate", "1", "250")]
    assert model.parts(Fraction(10**6), MONTH) == model.parts(Fraction(0), MONTH)


@given(quantities, shares)
def test_part_of_a_month_costs_its_share(quantity: Fraction, share: Fraction) -> None:
    """By days, exactly."""
    model = Flat(Decimal("99.99"))

    assert exact(model.parts(quantity, share)) == share * exact(model.parts(quantity, MONTH))
