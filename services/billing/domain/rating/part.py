"""A part of a price: what becomes one line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.amounts import shown_quantity
from services.kit.money import decimal_text


@dataclass(frozen=True, slots=True)
class Part:
    """So many units at so much each, exactly; `label` says why they stand apart.

    `unit` is what a unit is called, empty for the item's own.
    """

    quantity: Fraction
    unit_price: Decimal
    label: str = ""
    unit: str = ""


def number_text(number: Fraction | Decimal) -> str:
    """Writes a quantity for a label, for example `1,000`."""
    return f"{Decimal(decimal_text(shown_quantity(Fraction(number)))):,f}"
