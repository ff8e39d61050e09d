"""Costs: the same quantities by what the operator pays, item by item."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.billing.domain import amounts
from services.billing.domain.books import Terms
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import EXTRA_ITEMS, Item
from services.billing.domain.payees import CallTerms, Payees, missing_cost
from services.billing.domain.quantities import CallKind, MonthQuantities, SpanQuantities
from services.billing.domain.rating import billed_seconds, price_of_calls
from services.billing.domain.rating.tariff import DurationTariff
from services.billing.domain.used import monthly_quantity
from services.kit.money import CurrencyMismatch, Money


@dataclass(frozen=True, slots=True)
class Cost:
    """What one item costs the operator in a month, rounded once."""

    quantity: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class PaidCalls:
    """Answered calls that are paid by the same terms, rounded up together as a carrier does."""

    terms: CallTerms
    # By the first day of their span, and by kind.
    calls: Mapping[tuple[date, CallKind], int]

    @property
    def minutes(self) -> Fraction:
        """What the carrier counts."""
        return amounts.minutes(billed_seconds(_tariff(self.terms.terms), self._durations))

    @property
    def amount(self) -> Fraction:
        """What the carrier is paid, exactly."""
        terms = self.terms.terms
        return price_of_calls(_tariff(terms), terms.unit_amount, self._durations)

    @property
    def _durations(self) -> Mapping[int, int]:
        durations: Counter[int] = Counter()
        for (_, kind), count in self.calls.items():
            durations[kind.seconds] += count
        return durations


@dataclass(frozen=True, slots=True)
class _Part:
    """What is paid under one set of terms, before rounding."""

    quantity: Fraction
    amount: Fraction
    currency_code: str


def costs_of(
    payees: Payees, quantities: MonthQuantities, currency_code: str
) -> Mapping[Item, Cost]:
    """Gives what the month's use costs, in `currency_code`; items not used are left out.

    Refuses with COST_MISSING if something used has no cost, and with CURRENCY_MISMATCH if a cost
    is in another currency.
    """
    found = {item: list(_parts(item, payees, quantities)) for item in Item}
    return {item: _cost(parts, currency_code) for item, parts in found.items() if parts}


def paid_calls(payees: Payees, spans: Iterable[SpanQuantities]) -> list[PaidCalls]:
    """Gives the answered calls by what they are paid by; refuses with COST_MISSING."""
    found: defaultdict[CallTerms, Counter[tuple[date, CallKind]]] = defaultdict(Counter)
    for span in spans:
        on = span.span.start_date
        # A span has thousands of kinds, but few ways that they went.
        terms: dict[tuple[str, CallClass], CallTerms | None] = {}
        for kind, count in span.calls.items():
            if not kind.seconds:
                continue
            key = kind.route, CallClass(kind.direction, kind.zone)
            if key not in terms:
                terms[key] = payees.call_terms(*key, on)
            paid_by = terms[key]
            if paid_by is None:
                raise missing_cost(
                    Item.MINUTES, on, route=kind.route, direction=kind.direction, zone=kind.zone
                )
            found[paid_by][on, kind] += count
    return [PaidCalls(paid_by, calls) for paid_by, calls in found.items()]


def _parts(item: Item, payees: Payees, quantities: MonthQuantities) -> Iterator[_Part]:
    if item is Item.MINUTES:
        for paid in paid_calls(payees, quantities.spans):
            yield _Part(paid.minutes, paid.amount, paid.terms.currency_code)
    elif item is Item.SUPPORT_HOURS:
        for span in quantities.spans:
            if hours := Fraction(span.support_hours):
                yield _part(hours, *payees.dated_terms(item, span.span.start_date))
    elif item in EXTRA_ITEMS and not payees.has_monthly_terms(item, quantities.month):
        return
    elif quantity := Fraction(monthly_quantity(item, quantities)):
        yield _part(quantity, *payees.monthly_terms(item, quantities.month))


def _part(quantity: Fraction, terms: Terms, currency_code: str) -> _Part:
    return _Part(quantity, quantity * Fraction(terms.unit_amount), currency_code)


def _cost(parts: Iterable[_Part], currency_code: str) -> Cost:
    exact, quantity = Fraction(0), Fraction(0)
    for part in parts:
        if part.currency_code != currency_code:
            raise CurrencyMismatch(
                "The cost is in another currency than the price.",
                left=part.currency_code,
                right=currency_code,
            )
        exact += part.amount
        quantity += part.quantity
    return Cost(amounts.shown_quantity(quantity), amounts.rounded(exact, currency_code))


def _tariff(terms: Terms) -> DurationTariff:
    assert terms.duration_tariff is not None, "minutes have a tariff"
    return terms.duration_tariff
