"""Findings: the prices of a book held against what its calls and units cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.amounts import shown_decimal
from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import ANY, CallClass, Direction, class_of
from services.billing.domain.item import Item
from services.billing.domain.loss import USUAL_CALLS, CallPrice, WorstCall, loss_of, worst_call
from services.billing.domain.payees import CallTerms, CostMissing, Payees
from services.billing.domain.price import Price
from services.billing.domain.quantities import CallKind
from services.billing.domain.unit_price import lowest_unit_price
from services.kit.money import CurrencyMismatch

_BELOW_COST = "PRICE_BELOW_COST"
_UNBOUNDED = "PRICE_UNBOUNDED"
_PRICE_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Finding:
    """A price that loses, or of which that can't be told, and why.

    `worst` is None if no single call or unit loses. `observed_loss` is what the calls that were
    made to there lose on these terms, None if there were none; `usual_loss` what a thousand usual
    ones do; below zero they earn.
    """

    tenant_id: str
    reason: str
    item: Item
    currency_code: str
    calls: CallClass = ANY
    carrier: str = ""
    unit_price: Decimal | None = None
    unit_cost: Decimal | None = None
    worst: WorstCall | None = None
    observed_loss: Fraction | None = None
    usual_loss: Fraction | None = None

    @property
    def is_of_calls(self) -> bool:
        """Tells whether durations matter."""
        return self.item is Item.MINUTES

    @property
    def label(self) -> str:
        """Says what it is of, for people."""
        where = " ".join(part for part in (self.calls.direction.lower(), self.calls.zone) if part)
        parts = [self.item.description, where, self.carrier and f"by {self.carrier}"]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Supply:
    """How a tenant's calls are carried: its routes, of which any may carry any call."""

    payees: Payees
    routes: Collection[str]

    def ways_to_pay(self, way: CallClass, on: date) -> Iterator[tuple[str, CallTerms | None]]:
        """Gives each carrier with what such a call would be paid by; once if they are alike."""
        seen: set[tuple[str, CallTerms | None]] = set()
        # A tenant without routes is held against the general terms.
        for route in sorted(self.routes) or [""]:
            found = self.payees.carrier_of(route), self.payees.call_terms(route, way, on)
            if found not in seen:
                seen.add(found)
                yield found

    def zones(self, on: date) -> frozenset[str]:
        """Gives the zones that anybody's costs tell apart."""
        carriers = {self.payees.carrier_of(route) for route in self.routes}
        return frozenset({"", *(each.zone for each in self.payees.classes(carriers, on))})


@dataclass(frozen=True, slots=True)
class _Pair:
    """Calls that are charged by one price and paid by one carrier's terms."""

    charged: CallClass
    carrier: str
    paid: CallTerms | None

    @property
    def calls(self) -> CallClass:
        """The more exact of what is charged and what is paid."""
        paid = self.paid.calls if self.paid else ANY
        return CallClass(self.charged.direction or paid.direction, self.charged.zone or paid.zone)


def findings_of(
    book: PriceBook, supply: Supply, on: date, calls: Mapping[CallKind, int]
) -> list[Finding]:
    """Gives what is found on a book's prices on a date; `calls` are those that were made.

    Calls are told apart as far as prices and costs tell them apart. Each is held against every
    carrier that may take it: the first choice and those it fails over to.
    """
    return [*_of_units(book, supply.payees, on), *_of_minutes(book, supply, on, calls)]


def _of_units(book: PriceBook, payees: Payees, on: date) -> Iterator[Finding]:
    for (item, _), price in book.prices.items():
        if item is Item.MINUTES:
            continue
        found = Finding(book.tenant_id, _BELOW_COST, item, book.currency_code)
        try:
            terms, currency_code = payees.dated_terms(item, on)
        except CostMissing as refusal:
            yield _because(found, refusal.reason)
            continue
        lowest = lowest_unit_price(price)
        if currency_code != book.currency_code:
            yield _because(found, CurrencyMismatch.reason)
        elif lowest is None:
            if terms.unit_amount:
                yield _because(found, _UNBOUNDED)
        elif (loss := Fraction(terms.unit_amount) - lowest) > 0:
            yield _priced(found, lowest, terms.unit_amount, WorstCall(0, loss))


def _of_minutes(
    book: PriceBook, supply: Supply, on: date, calls: Mapping[CallKind, int]
) -> Iterator[Finding]:
    classes = book.classes_of(Item.MINUTES)
    named = {*supply.zones(on), *(each.zone for each in classes)}
    made = _by_way(calls, named)
    pairs: defaultdict[_Pair, Counter[int]] = defaultdict(Counter)
    for way in (CallClass(direction, zone) for direction in Direction for zone in sorted(named)):
        charged = class_of(*way, classes)
        # What has no price is not charged, and parks the invoice.
        if charged is not None:
            for carrier, paid in supply.ways_to_pay(way, on):
                pairs[_Pair(charged, carrier, paid)].update(made[way])
    known = {pair.carrier for pair in pairs if pair.paid}
    for pair, durations in pairs.items():
        # A price for everywhere is no promise that every carrier goes everywhere.
        if pair.paid or pair.charged.zone or pair.carrier not in known:
            yield from _of_pair(book, pair, durations)


def _of_pair(book: PriceBook, pair: _Pair, made: Mapping[int, int]) -> Iterator[Finding]:
    price, paid = book.prices[Item.MINUTES, pair.charged], pair.paid
    found = Finding(
        book.tenant_id, _BELOW_COST, Item.MINUTES, book.currency_code, pair.calls, pair.carrier
    )
    lowest = lowest_unit_price(price)
    if paid is None:
        yield _because(found, CostMissing.reason)
    elif paid.currency_code != book.currency_code:
        yield _because(found, CurrencyMismatch.reason)
    elif lowest is None:
        yield _because(found, _UNBOUNDED)
    else:
        charge, cost = call_price(price, lowest), cost_price(paid)
        worst = worst_call(charge, cost)
        observed = loss_of(charge, cost, made) if made.keys() - {0} else None
        if worst or (observed is not None and observed > 0):
            usual = loss_of(charge, cost, USUAL_CALLS)
            losing = _priced(found, lowest, paid.terms.unit_amount, worst)
            yield replace(losing, observed_loss=observed, usual_loss=usual)


def call_price(price: Price, unit_price: Fraction) -> CallPrice:
    """Gives what a call is charged at so much a minute."""
    assert price.duration_tariff is not None, "minutes have a tariff"
    return CallPrice(unit_price, price.duration_tariff)


def cost_price(paid: CallTerms) -> CallPrice:
    """Gives what a call costs by a carrier's terms."""
    assert paid.terms.duration_tariff is not None, "minutes have a tariff"
    return CallPrice(Fraction(paid.terms.unit_amount), paid.terms.duration_tariff)


def _by_way(
    calls: Mapping[CallKind, int], named: Collection[str]
) -> defaultdict[CallClass, Counter[int]]:
    """Gives the durations of each direction to each zone that is named, all others together."""
    made: defaultdict[CallClass, Counter[int]] = defaultdict(Counter)
    for kind, count in calls.items():
        zone = kind.zone if kind.zone in named else ""
        made[CallClass(kind.direction, zone)][kind.seconds] += count
    return made


def _because(found: Finding, reason: str) -> Finding:
    return replace(found, reason=reason)


def _priced(
    found: Finding, unit_price: Fraction, unit_cost: Decimal, worst: WorstCall | None
) -> Finding:
    shown = shown_decimal(unit_price, _PRICE_DECIMALS)
    return replace(found, unit_price=shown, unit_cost=unit_cost, worst=worst)
