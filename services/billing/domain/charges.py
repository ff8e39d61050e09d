"""Charges: quantities by the prices in force, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import groupby

from services.billing.domain import amounts
from services.billing.domain.books import PriceBook, Terms, book_of_month, in_force
from services.billing.domain.item import DATED_ITEMS, Item
from services.billing.domain.quantities import MonthQuantities, Span, SpanQuantities
from services.billing.domain.used import dated_quantity, is_used, monthly_quantity
from services.kit.errors import Kind, Refusal
from services.kit.money import Money

# Shown even if nothing was used: a bill without minutes would look as if they were forgotten.
_ALWAYS_SHOWN = frozenset({Item.PLATFORM_LICENSE, Item.MINUTES})


class PriceMissing(Refusal):
    """Something was used that has no price: there is no charge, and never a price made up."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_MISSING"


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a statement or an invoice; `span` is what it is charged for, whole or in part."""

    item: Item
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Money
    span: Span


def charge_lines(
    tenant_id: str, books: Sequence[PriceBook], quantities: MonthQuantities
) -> tuple[ChargeLine, ...]:
    """Gives what a month comes to, in the order of an invoice.

    The monthly items are charged by the first book in force in the month, minutes and hours by
    the book of their day. Refuses with PRICE_MISSING if something used has no price.
    """
    rater = _Rater(tenant_id, books, quantities)
    return tuple(line for item in Item for line in _shown(rater.lines(item)))


def total_of(lines: Iterable[ChargeLine]) -> Money:
    """Gives the sum of the lines, of which there is at least one."""
    return reduce(Money.__add__, (line.amount for line in lines))


@dataclass(frozen=True, slots=True)
class _Price:
    """The terms of one item, with the currency of their book."""

    terms: Terms
    currency_code: str


@dataclass(frozen=True, slots=True)
class _Rater:
    tenant_id: str
    books: Sequence[PriceBook]
    quantities: MonthQuantities

    def lines(self, item: Item) -> Iterator[ChargeLine]:
        if item in DATED_ITEMS:
            return self._dated(item)
        return self._monthly(item, Fraction(monthly_quantity(item, self.quantities)))

    def _monthly(self, item: Item, quantity: Fraction) -> Iterator[ChargeLine]:
        month = self.quantities.month
        price = _price(book_of_month(self.books, month), item)
        if price is not None:
            yield _line(item, quantity, price, Span(month.first_date, month.end_date))
        elif quantity:
            raise self._missing(item, month.first_date)

    def _dated(self, item: Item) -> Iterator[ChargeLine]:
        def price_of(used: SpanQuantities) -> _Price | None:
            return _price(in_force(self.books, used.span.start_date), item)

        # Days with the same price are one line, and rounded up together.
        for price, group in groupby(self.quantities.spans, price_of):
            spans = list(group)
            if price is not None:
                span = Span(spans[0].span.start_date, spans[-1].span.end_date)
                yield _line(item, dated_quantity(item, spans, price.terms), price, span)
            elif used := [each for each in spans if is_used(item, each)]:
                raise self._missing(item, used[0].span.start_date)

    def _missing(self, item: Item, on: date) -> PriceMissing:
        return PriceMissing(
            f"{item.description}: there is no price on {on.isoformat()}.",
            item=item,
            tenant=f"tenants/{self.tenant_id}",
            date=on.isoformat(),
        )


def _price(book: PriceBook | None, item: Item) -> _Price | None:
    terms = book.prices.get(item) if book else None
    return _Price(terms, book.currency_code) if book and terms else None


def _line(item: Item, quantity: Fraction, price: _Price, span: Span) -> ChargeLine:
    unit_price = price.terms.unit_amount
    return ChargeLine(
        item=item,
        description=item.description,
        quantity=amounts.shown_quantity(quantity),
        unit=item.unit,
        unit_price=unit_price,
        amount=amounts.amount(quantity, unit_price, price.currency_code),
        span=span,
    )


def _shown(lines: Iterable[ChargeLine]) -> list[ChargeLine]:
    """Leaves out lines of nothing, and says the days where an item has more than one line."""
    found = list(lines)
    used = [line for line in found if line.quantity]
    if not used and found and found[0].item in _ALWAYS_SHOWN:
        return found[-1:]
    if len(used) < 2:
        return used
    return [replace(line, description=f"{line.description}, {_days(line.span)}") for line in used]


def _days(span: Span) -> str:
    last = span.end_date - timedelta(days=1)
    first = f"{span.start_date:%B} {span.start_date.day}"
    return first if span.start_date == last else f"{first} to {last.day}"
