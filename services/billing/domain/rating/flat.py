"""The price model of a flat rate: a month costs the same, however much is used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.rating.part import Part


@dataclass(frozen=True, slots=True)
class Flat:
    """The price of a month."""

    price: Decimal

    def parts(self, quantity: Fraction, share: Fraction) -> tuple[Part, ...]:
        """Gives the share of the month at its price, whatever the quantity."""
        return (Part(share, self.price, "flat rate", "month"),)
