"""Per unit: so much for each."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from services.billing.domain.rating.per_unit import PerUnit
from tests.support.builders.prices import MONTH, exact, quantities, said, shares


def test_units_are_charged_by_the_piece() -> None:
    """Ten numbers at three."""
    parts = PerUnit(Decimal("3")).parts(Fraction(10), MONTH)

    assert said(parts) == [("", "10", "3")]
    assert exact(parts) == 30


@given(quantities, quantities, shares)
def test_together_or_apart_is_the_same(one: Fraction, other: Fraction, share: Fraction) -> None:
    """The price is linear, and part of a month changes nothing."""
    model = PerUnit(Decimal("0.0123"))

    apart = exact(model.parts(one, MONTH)) + exact(model.parts(other, share))

    assert exact(model.parts(one + other, MONTH)) == apart
