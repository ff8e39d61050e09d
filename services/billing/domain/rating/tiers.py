"""Tiers: ranges of quantities that have a price each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.rating.part import number_text


@dataclass(frozen=True, slots=True)
class Tier:
    """A price up to and with a quantity of a month; None in the last tier, which has no end."""

    up_to_quantity: Decimal | None
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """The quantities of one tier: more than `above`, at most `up_to` (without end if None)."""

    above: Fraction
    up_to: Fraction | None
    unit_price: Decimal

    @property
    def label(self) -> str:
        """Says which quantities these are; empty if they are all."""
        if self.up_to is None:
            return f"above {number_text(self.above)}" if self.above else ""
        if not self.above:
            return f"up to {number_text(self.up_to)}"
        return f"above {number_text(self.above)} up to {number_text(self.up_to)}"


def ranges(tiers: tuple[Tier, ...], share: Fraction) -> Iterator[Range]:
    """Gives the ranges of tiers, for a share of a month."""
    above = Fraction(0)
    for tier in tiers:
        if tier.up_to_quantity is None:
            yield Range(above, None, tier.unit_price)
            return
        up_to = Fraction(tier.up_to_quantity) * share
        yield Range(above, up_to, tier.unit_price)
        above = up_to
    raise AssertionError("the last tier has an end")
