"""Minimum commitment: what a month is charged at least."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.rating.commitment import true_up
from services.kit.money import Money
from tests.support.builders.prices import exact

cents = st.decimals("0", "100000", places=2)


@pytest.mark.parametrize(
    ("charged", "minimum", "made_up"),
    [("0", "500", "500"), ("499.99", "500", "0.01"), ("500", "500", "0"), ("501", "500", "0")],
)
def test_what_is_lacking_is_made_up(charged: str, minimum: str, made_up: str) -> None:
    """By one part, or by none if nothing is lacking."""
    parts = true_up(Money(Decimal(charged), "USD"), Fraction(minimum))

    assert exact(parts) == Fraction(made_up)
    assert {part.label for part in parts} <= {"minimum commitment"}
    assert all(part.quantity for part in parts)


@given(cents, cents)
def test_it_never_bills_below_the_minimum(charged: Decimal, minimum: Decimal) -> None:
    """Nor above it, unless more was used."""
    total = Fraction(charged) + exact(true_up(Money(charged, "USD"), Fraction(minimum)))

    assert total == max(charged, minimum)


@given(cents, st.fractions(min_value=0, max_value=10**5, max_denominator=31))
def test_the_share_of_a_minimum_is_rounded_to_the_minor_unit(
    charged: Decimal, minimum: Fraction
) -> None:
    """For part of a month it need not be whole cents, the line is."""
    parts = true_up(Money(charged, "USD"), minimum)

    assert (exact(parts) * 100).denominator == 1
    assert Fraction(charged) + exact(parts) >= minimum - Fraction(1, 200)
