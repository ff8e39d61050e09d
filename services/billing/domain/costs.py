"""Costs: the same quantities by what the operator pays, item by item."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from services.billing.domain import amounts
from services.billing.domain.books import CostBook, Terms, book_of_month, in_force
from services.billing.domain.item import DATED_ITEMS, Item
from services.billing.domain.quantities import MonthQuantities, SpanQuantities
from services.billing.domain.rating import billed_seconds, price_of_calls
from services.billing.domain.used import (
    WantsRoute,
    is_used,
    monthly_quantity,
    route_calls,
    support_hours,
)
from services.kit.errors import Kind, Refusal
from services.kit.money import CurrencyMismatch, Money

# The key of costs that are not of one route.
_ANY_ROUTE = ""


class CostMissing(Refusal):
    """Something was used whose cost nobody has told: there is no margin, and never a guess."""

    kind = Kind.FAILED_PRECONDITION
    reason = "COST_MISSING"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one item costs the operator in a month, rounded once."""

    quantity: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class _Part:
    """What is paid under one set of terms, before rounding."""

    quantity: Fraction
    amount: Fraction
    currency_code: str


def costs_of(
    books: Sequence[CostBook], quantities: MonthQuantities, currency_code: str
) -> Mapping[Item, Cost]:
    """Gives what the month's use costs, in `currency_code`; items not used are left out.

    Refuses with COST_MISSING if something used has no cost, and with CURRENCY_MISMATCH if a cost
    is in another currency.
    """
    found = {item: list(_parts(item, books, quantities)) for item in Item}
    return {item: _cost(parts, currency_code) for item, parts in found.items() if parts}


def _parts(item: Item, books: Sequence[CostBook], quantities: MonthQuantities) -> Iterator[_Part]:
    if item in DATED_ITEMS:
        # Days under the same terms are rounded up together, as a vendor does on its own bill.
        for _, group in groupby(quantities.spans, lambda used: _dated_terms(books, used)):
            yield from _dated_parts(item, books, list(group))
        return
    quantity = Fraction(monthly_quantity(item, quantities))
    if quantity:
        book = book_of_month(books, quantities.month)
        terms, currency_code = _terms(book, item, _ANY_ROUTE, quantities.month.first_date)
        yield _Part(quantity, quantity * Fraction(terms.unit_amount), currency_code)


def _dated_terms(books: Sequence[CostBook], used: SpanQuantities) -> Hashable:
    book = in_force(books, used.span.start_date)
    return book.dated_terms if book else None


def _dated_parts(
    item: Item, books: Sequence[CostBook], spans: Sequence[SpanQuantities]
) -> Iterator[_Part]:
    book = in_force(books, spans[0].span.start_date)
    for route, wants_route in _routes(item, book):
        if used := [span for span in spans if is_used(item, span, wants_route)]:
            terms, currency_code = _terms(book, item, route, used[0].span.start_date)
            yield _Part(*_paid(used, terms, wants_route), currency_code)


def _paid(
    used: Sequence[SpanQuantities], terms: Terms, wants_route: WantsRoute
) -> tuple[Fraction, Fraction]:
    """Gives quantity and exact amount: of minutes if the terms have a tariff, else of hours."""
    tariff = terms.duration_tariff
    if tariff is None:
        hours = support_hours(used)
        return hours, hours * Fraction(terms.unit_amount)
    calls = route_calls(used, wants_route)
    quantity = amounts.minutes(billed_seconds(tariff, calls))
    return quantity, price_of_calls(tariff, terms.unit_amount, calls)


def _routes(item: Item, book: CostBook | None) -> Iterator[tuple[str, WantsRoute]]:
    """Gives each set of calls that has terms of its own: a route's, then all the others'."""
    own = frozenset(route for of, route in book.costs if of is item and route) if book else ()
    for route in sorted(own):
        yield route, route.__eq__
    yield _ANY_ROUTE, lambda route: route not in own


def _terms(book: CostBook | None, item: Item, route: str, on: date) -> tuple[Terms, str]:
    terms = book.costs.get((item, route)) if book else None
    if book is None or terms is None:
        raise CostMissing(
            f"{item.description}: there is no cost on {on.isoformat()}.",
            item=item,
            date=on.isoformat(),
        )
    return terms, book.currency_code


def _cost(parts: Sequence[_Part], currency_code: str) -> Cost:
    for part in parts:
        if part.currency_code != currency_code:
            raise CurrencyMismatch(
                "The cost is in another currency than the price.",
                left=part.currency_code,
                right=currency_code,
            )
    exact = sum((part.amount for part in parts), Fraction(0))
    quantity = sum((part.quantity for part in parts), Fraction(0))
    return Cost(amounts.shown_quantity(quantity), amounts.rounded(exact, currency_code))
