"""What is due: each quantity of a month with the price that is in force for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import groupby

from services.billing.domain import amounts
from services.billing.domain.books import PriceBook, book_of_month, in_force
from services.billing.domain.call_class import ANY, CallClass, class_of
from services.billing.domain.item import DATED_ITEMS, EXTRA_ITEMS, Item
from services.billing.domain.price import Price
from services.billing.domain.proration import monthly_stretches, share_of
from services.billing.domain.quantities import Calls, MonthQuantities, Span, SpanQuantities
from services.billing.domain.rating import billed_seconds, connect_fee
from services.billing.domain.rating.part import Part
from services.billing.domain.used import monthly_quantity, support_hours
from services.kit.errors import Kind, Refusal


class PriceMissing(Refusal):
    """Something was used that has no price: there is no charge, and never a price made up."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_MISSING"


@dataclass(frozen=True, slots=True)
class Due:
    """What one price is charged for; `share` is the part of the month that it holds for."""

    item: Item
    calls: str
    price: Price
    currency_code: str
    span: Span
    share: Fraction
    parts: tuple[Part, ...]
    # The class whose calls it is of; any for what is not of calls.
    call_class: CallClass = ANY


@dataclass(frozen=True, slots=True)
class _Offer:
    """A price as one span of days has it; days of equal offers are charged together."""

    price: Price
    currency_code: str
    # A new class takes calls away from the others, so their quantities are cut there too.
    classes: frozenset[CallClass]


@dataclass(frozen=True, slots=True)
class _Used:
    """One span with the book in force and its calls by the classes of that book."""

    span: Span
    book: PriceBook | None
    calls: dict[CallClass | None, Calls]
    support_hours: Fraction

    def offer(self, item: Item, call_class: CallClass) -> _Offer | None:
        price = self.book.prices.get((item, call_class)) if self.book else None
        if self.book is None or price is None:
            return None
        return _Offer(price, self.book.currency_code, self.book.classes_of(item))


@dataclass(frozen=True, slots=True)
class Dues:
    """Everything due of one tenant for one month."""

    tenant_id: str
    books: Sequence[PriceBook]
    quantities: MonthQuantities

    def of(self, item: Item) -> Iterator[Due]:
        """Gives what is due for an item; refuses with PRICE_MISSING if a price is missing."""
        if item is Item.SETUP_FEE:
            return self._once(item)
        return self._dated(item) if item in DATED_ITEMS else self._monthly(item)

    def _once(self, item: Item) -> Iterator[Due]:
        """Whole in whatever part of a month; a seller who asks nothing for it has no price."""
        month = self.quantities.month
        book = book_of_month(self.books, month)
        offer = _monthly_offer(book, item) if book else None
        quantity = Fraction(monthly_quantity(item, self.quantities))
        if offer is not None and quantity:
            span = Span(month.first_date, month.end_date)
            yield _due(item, "", offer, span, Fraction(1), offer.price.parts(quantity))

    def _monthly(self, item: Item) -> Iterator[Due]:
        month = self.quantities.month
        quantity = Fraction(monthly_quantity(item, self.quantities))
        stretches = monthly_stretches(self.books, month)
        offers = [(_monthly_offer(book, item), span) for book, span in stretches]
        if quantity and not offers and item not in EXTRA_ITEMS:
            raise self._missing(item, month.first_date)
        for offer, group in groupby(offers, lambda each: each[0]):
            spans = [span for _, span in group]
            span = Span(spans[0].start_date, spans[-1].end_date)
            if offer is not None:
                share = share_of(span, month)
                # A share of what the month would cost, not the price of a share of its quantity:
                # a number held counts for the month, whichever days it was held on.
                parts = [
                    replace(part, quantity=part.quantity * share)
                    for part in offer.price.parts(quantity)
                ]
                yield _due(item, "", offer, span, share, parts)
            elif quantity and item not in EXTRA_ITEMS:
                raise self._missing(item, span.start_date)

    def _dated(self, item: Item) -> Iterator[Due]:
        used = [self._used(item, each) for each in self.quantities.spans]
        classes = {each for book in self.books for each in book.classes_of(item)}
        for call_class in sorted(classes, key=lambda each: (each == ANY, each)):

            def offer_of(each: _Used, of: CallClass = call_class) -> _Offer | None:
                return each.offer(item, of)

            # Days with the same price are charged together, and rounded up together.
            for offer, group in groupby(used, offer_of):
                if offer is not None:
                    yield self._stretch(item, call_class, offer, list(group))

    def _stretch(
        self, item: Item, call_class: CallClass, offer: _Offer, used: Sequence[_Used]
    ) -> Due:
        span = Span(used[0].span.start_date, used[-1].span.end_date)
        share = share_of(span, self.quantities.month)
        tariff = offer.price.duration_tariff
        if tariff is None:
            hours = sum((each.support_hours for each in used), Fraction(0))
            return _due(item, "", offer, span, share, offer.price.parts(hours, share=share))
        calls: Counter[int] = Counter()
        for each in used:
            calls.update(each.calls.get(call_class, {}))
        minutes = amounts.minutes(billed_seconds(tariff, calls))
        parts = offer.price.parts(minutes, connect_fee.answered(calls), share)
        due = _due(item, call_class.label(offer.classes), offer, span, share, parts)
        return replace(due, call_class=call_class)

    def _used(self, item: Item, of: SpanQuantities) -> _Used:
        book = in_force(self.books, of.span.start_date)
        classes = book.classes_of(item) if book else frozenset()
        calls = of.calls_by_class(classes) if item is Item.MINUTES else {}
        hours = support_hours([of]) if item is Item.SUPPORT_HOURS else Fraction(0)
        # Calls that were not answered are nothing, and need no price.
        if calls.get(None, {}).keys() - {0}:
            raise self._missing(item, of.span.start_date, **_unpriced(of, classes))
        if hours and not classes:
            raise self._missing(item, of.span.start_date)
        return _Used(of.span, book, calls, hours)

    def _missing(self, item: Item, on: date, **calls: str) -> PriceMissing:
        return PriceMissing(
            f"{item.description}: there is no price on {on.isoformat()}.",
            item=item,
            tenant=f"tenants/{self.tenant_id}",
            date=on.isoformat(),
            **calls,
        )


def _unpriced(of: SpanQuantities, classes: Collection[CallClass]) -> dict[str, str]:
    """Gives direction and zone of an answered call that no class fits."""
    return next(
        {"direction": kind.direction, "zone": kind.zone}
        for kind in sorted(of.calls)
        if kind.seconds and class_of(kind.direction, kind.zone, classes) is None
    )


def _monthly_offer(book: PriceBook, item: Item) -> _Offer | None:
    price = book.prices.get((item, ANY))
    return _Offer(price, book.currency_code, frozenset()) if price else None


def _due(
    item: Item, calls: str, offer: _Offer, span: Span, share: Fraction, parts: Sequence[Part]
) -> Due:
    return Due(item, calls, offer.price, offer.currency_code, span, share, tuple(parts))
