"""Payees: whose terms a call is paid by, and which of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.billing.domain.books import CostBook, CostKey, Terms, book_of_month, in_force
from services.billing.domain.call_class import ANY, CallClass, class_of
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.kit.errors import Kind, Refusal


class CostMissing(Refusal):
    """Something was used whose cost nobody has told: there is no margin, and never a guess."""

    kind = Kind.FAILED_PRECONDITION
    reason = "COST_MISSING"


@dataclass(frozen=True, slots=True)
class CallTerms:
    """Terms that calls are paid by; `payee` and `calls` tell them from equal terms of others."""

    payee: str
    calls: CallClass
    terms: Terms
    currency_code: str


@dataclass(frozen=True, slots=True)
class Payees:
    """Every cost book, and which carrier is behind each route.

    A call is paid by the terms of its route, if the general book has any; else by the book of the
    route's carrier; else, before that carrier's first book or without one, by the general terms.
    Whoever is paid has terms for the class of the call, or the cost is missing: nobody's terms
    stand in for another's.
    """

    books: Sequence[CostBook]
    carriers: Mapping[str, str]

    @property
    def timelines(self) -> tuple[Sequence[CostBook], ...]:
        """Gives the books of each payee."""
        names = {book.carrier for book in self.books}
        return tuple(self._of(carrier) for carrier in sorted(names))

    def carrier_of(self, route: str) -> str:
        """Gives the carrier behind a route; empty if nobody has said."""
        return self.carriers.get(route, "")

    def call_terms(self, route: str, way: CallClass, on: date) -> CallTerms | None:
        """Gives what a call of a direction and zone is paid by on a date; None if nothing."""
        general = in_force(self._of(""), on)
        if general is not None and (classes := general.classes_of(route)) and route:
            return _terms(general, route, way, classes)
        return self.carrier_terms(self.carrier_of(route), way, on)

    def carrier_terms(self, carrier: str, way: CallClass, on: date) -> CallTerms | None:
        """Gives what a carrier is paid for such a call, as far as it is not the route that says."""
        own = in_force(self._of(carrier), on) if carrier else None
        book = own or in_force(self._of(""), on)
        return _terms(book, "", way, book.classes_of("")) if book else None

    def monthly_terms(self, item: Item, month: Month) -> tuple[Terms, str]:
        """Gives the terms of an item that is paid by the month, and their currency.

        Refuses with COST_MISSING if there are none.
        """
        return self._general_terms(item, book_of_month(self._of(""), month), month.first_date)

    def has_monthly_terms(self, item: Item, month: Month) -> bool:
        """Tells whether an item that is paid by the month has terms at all."""
        book = book_of_month(self._of(""), month)
        return book is not None and CostKey(item) in book.costs

    def dated_terms(self, item: Item, on: date) -> tuple[Terms, str]:
        """Gives the terms of an item that is not of calls on a date, and their currency."""
        return self._general_terms(item, in_force(self._of(""), on), on)

    def classes(self, carriers: Iterable[str], on: date) -> frozenset[CallClass]:
        """Gives every class of calls that these carriers' costs or the general ones tell apart."""
        books = [in_force(self._of(carrier), on) for carrier in ("", *carriers)]
        return frozenset(
            key.calls for book in books if book for key in book.costs if key.item is Item.MINUTES
        )

    def _of(self, carrier: str) -> Sequence[CostBook]:
        return [book for book in self.books if book.carrier == carrier]

    def _general_terms(self, item: Item, book: CostBook | None, on: date) -> tuple[Terms, str]:
        terms = book.costs.get(CostKey(item)) if book else None
        if book is None or terms is None:
            raise missing_cost(item, on)
        return terms, book.currency_code


def missing_cost(item: Item, on: date, **calls: str) -> CostMissing:
    """Says that something used on a date has no cost."""
    return CostMissing(
        f"{item.description}: there is no cost on {on.isoformat()}.",
        item=item,
        date=on.isoformat(),
        **calls,
    )


def _terms(
    book: CostBook, route: str, way: CallClass, classes: frozenset[CallClass]
) -> CallTerms | None:
    fitting = class_of(way.direction, way.zone, classes)
    if fitting is None:
        return None
    payee = f"routes/{route}" if route else f"carriers/{book.carrier}" if book.carrier else ""
    terms = book.costs[CostKey(Item.MINUTES, route, fitting or ANY)]
    return CallTerms(payee, fitting, terms, book.currency_code)
