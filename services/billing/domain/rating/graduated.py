"""The price model of a tax table: each unit by the tier that it falls into."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.billing.domain.rating.part import Part
from services.billing.domain.rating.tiers import Range, Tier, ranges


@dataclass(frozen=True, slots=True)
class Graduated:
    """Tiers from the first unit on, the last one without end."""

    tiers: tuple[Tier, ...]

    def parts(self, quantity: Fraction, share: Fraction) -> tuple[Part, ...]:
        """Gives the slice of each tier that is reached; of nothing the first one."""
        return tuple(
            _slice(each, quantity)
            for each in ranges(self.tiers, share)
            if quantity > each.above or not each.above
        )


def _slice(of: Range, quantity: Fraction) -> Part:
    end = quantity if of.up_to is None else min(quantity, of.up_to)
    return Part(end - of.above, of.unit_price, of.label)
