"""The price model of a volume discount: all units by the tier that their sum falls into."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.billing.domain.rating.part import Part
from services.billing.domain.rating.tiers import Tier, ranges


@dataclass(frozen=True, slots=True)
class Volume:
    """Tiers from the first unit on, the last one without end."""

    tiers: tuple[Tier, ...]

    def parts(self, quantity: Fraction, share: Fraction) -> tuple[Part, ...]:
        """Gives the quantity at the price of its tier."""
        of = next(
            each
            for each in ranges(self.tiers, share)
            if each.up_to is None or quantity <= each.up_to
        )
        return (Part(quantity, of.unit_price, of.label),)
