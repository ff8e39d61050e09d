"""Books of prices and of costs, and which of them is in force when."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from services.billing.domain.call_class import ANY, CallClass
from services.billing.domain.item import DATED_ITEMS, Item
from services.billing.domain.month import Month
from services.billing.domain.price import Price
from services.billing.domain.rating.tariff import DurationTariff


class Proration(StrEnum):
    """How the monthly items are charged in a month in which a book comes into force."""

    NEXT_MONTH = "NEXT_MONTH"
    BY_DAYS = "BY_DAYS"


@dataclass(frozen=True, slots=True)
class Terms:
    """What one unit of an item costs the operator; minutes have a tariff too."""

    unit_amount: Decimal
    duration_tariff: DurationTariff | None = None


class Book(Protocol):
    """What is in force from a local date on, until a later book is."""

    @property
    def effective_date(self) -> date:
        """First local date on which it is in force."""
        ...

    @property
    def dated_terms(self) -> Hashable:
        """What must stay the same for days to be charged together."""
        ...


B = TypeVar("B", bound=Book)


@dataclass(frozen=True, slots=True)
class PriceBook:
    """What one tenant pays from a day on; what has no price cannot be charged.

    The key is the item and the class of calls, which is any for everything but minutes.
    """

    tenant_id: str
    effective_date: date
    currency_code: str
    prices: Mapping[tuple[Item, CallClass], Price]
    create_time: datetime
    proration: Proration = Proration.NEXT_MONTH
    # The version of a plan that it was made from, for example `silver.2`; empty if none.
    plan: str = ""

    @property
    def dated_terms(self) -> Hashable:
        dated = frozenset(pair for pair in self.prices.items() if pair[0][0] in DATED_ITEMS)
        return self.currency_code, dated

    def classes_of(self, item: Item) -> frozenset[CallClass]:
        """Gives the classes of calls that have a price of their own."""
        return frozenset(call_class for of, call_class in self.prices if of is item)


class CostKey(NamedTuple):
    """What a cost is of: an item; for minutes also a route and a class of calls.

    The empty route stands for all routes that have no terms of their own.
    """

    item: Item
    route: str = ""
    calls: CallClass = ANY


@dataclass(frozen=True, slots=True)
class CostBook:
    """What the operator pays from a day on: one carrier for its calls, or all its vendors.

    The book of a carrier holds minutes alone; the empty carrier is that of the general book.
    """

    effective_date: date
    currency_code: str
    costs: Mapping[CostKey, Terms]
    create_time: datetime
    carrier: str = ""

    @property
    def dated_terms(self) -> Hashable:
        dated = frozenset(pair for pair in self.costs.items() if pair[0].item in DATED_ITEMS)
        return self.currency_code, dated

    def classes_of(self, route: str) -> frozenset[CallClass]:
        """Gives the classes of a route's calls that have a cost of their own."""
        return frozenset(
            key.calls for key in self.costs if key.item is Item.MINUTES and key.route == route
        )


def in_force(books: Sequence[B], on: date) -> B | None:
    """Gives the book in force on a local date."""
    come = [book for book in books if book.effective_date <= on]
    return max(come, key=_effective_date, default=None)


def books_of_month(books: Sequence[B], month: Month) -> list[B]:
    """Gives the books in force on any date of a month."""
    first = in_force(books, month.first_date)
    since = first.effective_date if first else month.first_date
    return [book for book in books if since <= book.effective_date < month.end_date]


def book_of_month(books: Sequence[B], month: Month) -> B | None:
    """Gives the book that a month's monthly items are charged by: the first in force in it."""
    first = in_force(books, month.first_date)
    if first is not None:
        return first
    later = [book for book in books if book.effective_date < month.end_date]
    return min(later, key=_effective_date, default=None)


def _effective_date(book: Book) -> date:
    return book.effective_date
