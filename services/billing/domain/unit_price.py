"""The lowest price of a unit that a price can come to."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.volume import Volume


def lowest_unit_price(price: Price) -> Fraction | None:
    """Gives the least that one more unit brings; None if more units never bring more.

    Included units are left out of it: they are paid for by what they are included in.
    """
    match price.model:
        case PerUnit(unit_price):
            return Fraction(unit_price)
        case Graduated(tiers) | Volume(tiers):
            return min(Fraction(tier.unit_price) for tier in tiers)
        case Package(size, amount):
            return Fraction(amount) / Fraction(size)
        case Flat():
            return None
    assert_never(price.model)
