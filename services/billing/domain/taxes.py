"""Taxes: what a seller has to add to a bill, by the place of the buyer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from services.billing.domain import amounts
from services.billing.domain.charges import ChargeLine, LineKind, total_of
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span
from services.kit.errors import Kind, Refusal
from services.kit.money import decimal_text

_UNIT: Final = "tax"
_PERCENT: Final = 100


class TaxPlaceMissing(Refusal):
    """The seller charges taxes, and nobody has said where the buyer is taxed."""

    kind = Kind.FAILED_PRECONDITION
    reason = "TAX_PLACE_MISSING"


class TaxRateMissing(Refusal):
    """The seller charges taxes, and has no rate for the buyer's place; none is made up."""

    kind = Kind.FAILED_PRECONDITION
    reason = "TAX_RATE_MISSING"


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax on a sale; a percentage of what is charged."""

    code: str
    description: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """What a tax provider must know: who sells, who buys, and the date that decides."""

    seller_id: str
    buyer_id: str
    on: date


class TaxProvider(Protocol):
    """Tells the taxes on a sale; the own tables are one, another may ask a service."""

    async def taxes(self, sale: Sale) -> Sequence[Tax]:
        """Gives the taxes, none if none are charged; refuses if that cannot be told."""
        ...


@dataclass(frozen=True, slots=True)
class TaxRate:
    """What a tax is at a place from a day on."""

    tenant_id: str
    place: str
    code: str
    effective_date: date
    description: str
    percent: Decimal
    create_time: datetime


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """How a tenant stands with taxes, as a seller and as a buyer."""

    is_charging: bool = False
    place: str = ""
    set_by: str = ""
    set_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaxExemption:
    """A certificate, valid from its start to before its end; no codes are all codes."""

    tenant_id: str
    exemption_id: str
    certificate: str
    codes: frozenset[str]
    start_date: date
    end_date: date
    create_time: datetime

    def exempts(self, code: str, on: date) -> bool:
        """Tells whether a tax is not charged on a day."""
        return self.start_date <= on < self.end_date and (not self.codes or code in self.codes)


def taxes_at(
    sale: Sale, place: str, rates: Iterable[TaxRate], exemptions: Sequence[TaxExemption]
) -> tuple[Tax, ...]:
    """Gives the taxes at a place, ordered by code.

    A region has its country's taxes too, unless it has one of the same code. Refuses with
    TAX_PLACE_MISSING and TAX_RATE_MISSING; a rate of nothing is a rate.
    """
    if not place:
        raise TaxPlaceMissing(
            "Nobody has said where the client is taxed.", tenant=f"tenants/{sale.buyer_id}"
        )
    country = place.partition("-")[0]
    found: dict[str, TaxRate] = {}
    here = [each for each in rates if each.place in (country, place)]
    # The region's come last, and of each place the latest.
    for rate in sorted(here, key=lambda each: (len(each.place), each.effective_date)):
        if rate.effective_date <= sale.on:
            found[rate.code] = rate
    if not found:
        raise TaxRateMissing(
            f"There is no tax rate at {place} on {sale.on.isoformat()}.",
            tenant=f"tenants/{sale.seller_id}",
            place=place,
            date=sale.on.isoformat(),
        )
    return tuple(
        Tax(code, rate.description, rate.percent)
        for code, rate in sorted(found.items())
        if rate.percent and not any(each.exempts(code, sale.on) for each in exemptions)
    )


def tax_date(month: Month) -> date:
    """Gives the date that decides which rates and certificates hold: the month's last."""
    return month.end_date - timedelta(days=1)


def taxed(
    month: Month, lines: Sequence[ChargeLine], taxes: Iterable[Tax]
) -> tuple[ChargeLine, ...]:
    """Gives the lines, discounts and adjustments included, with one line for each tax on them.

    Each is of the sum before all taxes, and rounded once. A sum below zero gives taxes back.
    """
    if not lines:
        return ()
    base = total_of(lines)
    exact = Fraction(base.amount)
    return (
        *lines,
        *(_line(month, base.currency_code, exact, tax) for tax in taxes if exact),
    )


def _line(month: Month, currency_code: str, base: Fraction, tax: Tax) -> ChargeLine:
    amount = amounts.rounded(base * Fraction(tax.percent) / _PERCENT, currency_code)
    return ChargeLine(
        item=None,
        description=f"{tax.description}, {decimal_text(tax.percent)}%",
        quantity=Decimal(1),
        unit=_UNIT,
        unit_price=amount.amount,
        amount=amount,
        span=Span(month.first_date, month.end_date),
        kind=LineKind.TAX,
        code=tax.code,
    )
