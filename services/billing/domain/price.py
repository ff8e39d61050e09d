"""A price: a model, and what is added to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.rating import connect_fee, included
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.part import Part
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff
from services.billing.domain.rating.volume import Volume

PriceModel = PerUnit | Flat | Graduated | Volume | Package

WHOLE_MONTH = Fraction(1)


@dataclass(frozen=True, slots=True)
class Price:
    """What an item is charged by; minutes have a tariff too.

    The included quantity and the minimum are those of a whole month.
    """

    model: PriceModel
    duration_tariff: DurationTariff | None = None
    included_quantity: Decimal = Decimal(0)
    minimum_amount: Decimal = Decimal(0)

    def parts(
        self, quantity: Fraction, call_count: int = 0, share: Fraction = WHOLE_MONTH
    ) -> tuple[Part, ...]:
        """Gives what a quantity is charged, part by part; there is at least one.

        `call_count` is the number of answered calls that the quantity is of, `share` the part of
        the month that this price holds for. The minimum is not in it: it goes by rounded amounts.
        """
        free, left = included.split(quantity, Fraction(self.included_quantity) * share)
        fee = self.duration_tariff.connect_fee if self.duration_tariff else Decimal(0)
        fees = connect_fee.parts(call_count, fee)
        return (*free, *self.model.parts(left, share), *fees)
