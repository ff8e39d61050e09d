"""Package: so many units together, and a package begun is a package."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from services.billing.domain.rating.package import Package
from tests.support.builders.prices import MONTH, bounds, quantities, shares


@pytest.mark.parametrize(
    ("quantity", "count"),
    [("0", 0), ("1/60", 1), ("1000", 1), ("60001/60", 2), ("2000", 2)],
)
def test_a_package_begun_is_a_package(quantity: str, count: int) -> None:
    """One second more than a thousand minutes takes a second one; nothing used takes none."""
    (part,) = Package(Decimal(1000), Decimal(20)).parts(Fraction(quantity), MONTH)

    assert (part.quantity, part.unit_price) == (Fraction(count), Decimal(20))
    assert (part.label, part.unit) == ("by 1,000", "package")


@given(bounds, quantities, shares)
def test_packages_hold_what_is_used_and_none_is_empty(
    size: Decimal, quantity: Fraction, share: Fraction
) -> None:
    """They round up, and never by a whole package."""
    (part,) = Package(size, Decimal(1)).parts(quantity, share)

    assert part.quantity.denominator == 1
    assert 0 <= part.quantity * Fraction(size) - quantity < Fraction(size)
