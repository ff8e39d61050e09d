"""The price model of most things: so much for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.rating.part import Part


@dataclass(frozen=True, slots=True)
class PerUnit:
    """The price of one unit."""

    unit_price: Decimal

    def parts(self, quantity: Fraction, share: Fraction) -> tuple[Part, ...]:
        """Gives the quantity at its price; the share of the month does not matter."""
        return (Part(quantity, self.unit_price),)
