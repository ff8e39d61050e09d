"""Included units: the first of a month, at no charge."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from services.billing.domain.rating.included import split
from tests.support.builders.prices import exact, quantities


@pytest.mark.parametrize(
    ("quantity", "included", "free", "left"),
    [(0, 100, 0, 0), (99, 100, 99, 0), (100, 100, 100, 0), (101, 100, 100, 1), (5, 0, 0, 5)],
)
def test_the_first_units_are_free(quantity: int, included: int, free: int, left: int) -> None:
    """What goes beyond is left to be priced."""
    parts, rest = split(Fraction(quantity), Fraction(included))

    assert sum(part.quantity for part in parts) == free
    assert rest == left


def test_free_units_are_said() -> None:
    """A client sees what the plan gave."""
    (part,), _ = split(Fraction(5), Fraction(3))

    assert (part.label, part.unit_price) == ("included", Decimal(0))


@given(quantities, quantities)
def test_no_unit_is_lost(quantity: Fraction, included: Fraction) -> None:
    """Free and charged units are all units, and the free ones cost nothing."""
    parts, left = split(quantity, included)

    assert sum(part.quantity for part in parts) + left == quantity
    assert exact(parts) == 0
    assert left >= 0
