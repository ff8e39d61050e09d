"""Included units: the first ones of a month, at no charge, from one pool for all that is used."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from services.billing.domain.rating.part import Part

_FREE = Decimal(0)


def split(quantity: Fraction, included: Fraction) -> tuple[tuple[Part, ...], Fraction]:
    """Gives the units that are included, if any, and how many are left to be priced."""
    taken = min(quantity, included)
    parts = (Part(taken, _FREE, "included"),) if taken else ()
    return parts, quantity - taken
