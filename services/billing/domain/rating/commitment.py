"""Minimum commitment: what a month is charged at least; a line of its own makes up for the rest."""

from __future__ import annotations

from fractions import Fraction

from services.billing.domain.amounts import rounded
from services.billing.domain.rating.part import Part
from services.kit.money import Money


def true_up(charged: Money, minimum: Fraction) -> tuple[Part, ...]:
    """Gives what a charge lacks to the minimum, in whole minor units; none if it lacks nothing."""
    lacking = rounded(minimum, charged.currency_code) - charged
    if lacking <= Money.zero(charged.currency_code):
        return ()
    return (Part(Fraction(1), lacking.amount, "minimum commitment", "month"),)
