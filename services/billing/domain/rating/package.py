"""The price model of packages: so many units together, and a package begun is a package."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from services.billing.domain.rating.part import Part, number_text


@dataclass(frozen=True, slots=True)
class Package:
    """The units in a package, and its price."""

    size: Decimal
    price: Decimal

    def parts(self, quantity: Fraction, share: Fraction) -> tuple[Part, ...]:
        """Gives as many whole packages as it takes; the share of the month does not matter."""
        count = ceil(quantity / Fraction(self.size))
        return (Part(Fraction(count), self.price, f"by {number_text(self.size)}", "package"),)
