"""Cells of a margin: what is charged and paid by the call, split by the calls; exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from services.billing.domain.books import PriceBook, in_force
from services.billing.domain.call_class import class_of
from services.billing.domain.charges import ChargeLine, LineKind, total_of
from services.billing.domain.costs import Cost, paid_calls
from services.billing.domain.dues import Due, Dues
from services.billing.domain.item import Item
from services.billing.domain.loss import CallPrice
from services.billing.domain.month import Month
from services.billing.domain.payees import Payees
from services.billing.domain.quantities import CallKind, MonthQuantities, SpanQuantities
from services.billing.domain.rating.tariff import DurationTariff
from services.kit.money import Money


class Place(NamedTuple):
    """Where a cell is; what it cannot be split by is empty. The day is its ISO text."""

    tenant_id: str
    month: Month
    item: Item | None
    zone: str = ""
    carrier: str = ""
    day: str = ""


@dataclass(slots=True)
class Cell:
    """What one place is charged and costs, before rounding, and the answered calls in it."""

    charge: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)
    call_count: int = 0
    billable_seconds: int = 0

    def add(self, other: Cell) -> None:
        """Takes another cell in."""
        self.charge += other.charge
        self.cost += other.cost
        self.call_count += other.call_count
        self.billable_seconds += other.billable_seconds


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one client's month, and the rounded sums that its margin tells."""

    cells: Mapping[Place, Cell]
    charge: Money
    cost: Money


# Calls alike, of one span of days.
_Kinds = Mapping[tuple[date, CallKind], int]


@dataclass(frozen=True, slots=True)
class Account:
    """One client's month: what it is charged by, and what it costs by."""

    tenant_id: str
    books: Sequence[PriceBook]
    payees: Payees
    quantities: MonthQuantities
    lines: Sequence[ChargeLine]
    costs: Mapping[Item, Cost]

    def cells(self, by_day: bool) -> Cells:
        """Splits charges and costs; by the day if the spans are days."""
        found: defaultdict[Place, Cell] = defaultdict(Cell)
        for place, cell in (*self._of_calls(by_day), *self._whole()):
            found[place].add(cell)
        lines = [line for line in self.lines if line.kind is not LineKind.TAX]
        charge = total_of(lines)
        zero = Money.zero(charge.currency_code)
        cost = sum((each.amount for each in self.costs.values()), zero)
        return Cells(dict(found), charge, cost)

    def _of_calls(self, by_day: bool) -> Iterator[tuple[Place, Cell]]:
        charges, costs = self._call_charges(), self._call_costs()
        for span in self.quantities.spans:
            day = span.span.start_date
            for kind, count in span.calls.items():
                if kind.seconds:
                    key = day, kind
                    carrier = self.payees.carrier_of(kind.route)
                    shown = day.isoformat() if by_day else ""
                    place = self._place(Item.MINUTES, kind.zone, carrier, shown)
                    charge, cost = charges.get(key, Fraction(0)), costs[key]
                    yield place, Cell(charge, cost, count, count * kind.seconds)

    def _whole(self) -> Iterator[tuple[Place, Cell]]:
        """Gives what is not of calls: all other items, and minutes that nobody used."""
        has_calls = bool(self._weights())
        for line in self.lines:
            is_split = line.item is Item.MINUTES and has_calls
            if line.kind is not LineKind.TAX and not is_split:
                yield self._place(line.item), Cell(charge=Fraction(line.amount.amount))
        for item, cost in self.costs.items():
            if item is not Item.MINUTES:
                yield self._place(item), Cell(cost=Fraction(cost.amount.amount))

    def _call_charges(self) -> Mapping[tuple[date, CallKind], Fraction]:
        """Gives each call's share of the lines of minutes, whatever made them what they are."""
        weights = self._weights()
        charged = sum(
            (Fraction(line.amount.amount) for line in self.lines if line.item is Item.MINUTES),
            Fraction(0),
        )
        whole = sum(weights.values(), Fraction(0))
        return {key: charged * weight / whole for key, weight in weights.items()}

    def _weights(self) -> Mapping[tuple[date, CallKind], Fraction]:
        found: defaultdict[tuple[date, CallKind], Fraction] = defaultdict(Fraction)
        for due in Dues(self.tenant_id, self.books, self.quantities).of(Item.MINUTES):
            kinds = self._kinds_of(due)
            for key, amount in _due_shares(due, kinds).items():
                found[key] += amount
        if not any(found.values()):
            # Minutes that cost nothing, or a fee for them at large: by the calls themselves.
            kinds = {(span.span.start_date, kind): n for span, kind, n in self._answered()}
            return {key: Fraction(count) for key, count in kinds.items()}
        return found

    def _kinds_of(self, due: Due) -> _Kinds:
        found: dict[tuple[date, CallKind], int] = {}
        for span, kind, count in self._answered():
            day = span.span.start_date
            if due.span.start_date <= day < due.span.end_date:
                book = in_force(self.books, day)
                classes = book.classes_of(Item.MINUTES) if book else ()
                if class_of(kind.direction, kind.zone, classes) == due.call_class:
                    found[day, kind] = count
        return found

    def _answered(self) -> Iterator[tuple[SpanQuantities, CallKind, int]]:
        for span in self.quantities.spans:
            for kind, count in span.calls.items():
                if kind.seconds:
                    yield span, kind, count

    def _call_costs(self) -> Mapping[tuple[date, CallKind], Fraction]:
        found: dict[tuple[date, CallKind], Fraction] = {}
        for paid in paid_calls(self.payees, self.quantities.spans):
            tariff = paid.terms.terms.duration_tariff
            assert tariff is not None, "minutes have a tariff"
            found.update(_shares(paid.amount, tariff, paid.calls))
        return found

    def _place(self, item: Item | None, zone: str = "", carrier: str = "", day: str = "") -> Place:
        return Place(self.tenant_id, self.quantities.month, item, zone, carrier, day)


def _due_shares(due: Due, kinds: _Kinds) -> Mapping[tuple[date, CallKind], Fraction]:
    amount = sum((part.quantity * Fraction(part.unit_price) for part in due.parts), Fraction(0))
    minimum = Fraction(due.price.minimum_amount) * due.share
    assert due.price.duration_tariff is not None, "minutes have a tariff"
    return _shares(max(amount, minimum), due.price.duration_tariff, kinds)


def _shares(
    amount: Fraction, tariff: DurationTariff, kinds: _Kinds
) -> Mapping[tuple[date, CallKind], Fraction]:
    """Splits an amount by fees and counted seconds; by calls if they count nothing."""
    fees = Fraction(tariff.connect_fee) * sum(kinds.values())
    seconds_of = CallPrice(Fraction(1), tariff).billed_seconds
    counted = {key: seconds_of(key[1].seconds) * count for key, count in kinds.items()}
    whole, calls = sum(counted.values()), sum(kinds.values())
    fee = Fraction(tariff.connect_fee)
    return {
        key: (amount - fees) * (Fraction(counted[key], whole) if whole else Fraction(count, calls))
        + fee * count
        for key, count in kinds.items()
    }


def split(all_cells: Iterable[Cells], groups: Sequence[str]) -> Mapping[tuple[object, ...], Cell]:
    """Adds cells up by some of the names in a place, in their order."""
    found: defaultdict[tuple[object, ...], Cell] = defaultdict(Cell)
    for cells in all_cells:
        for place, cell in cells.cells.items():
            found[tuple(getattr(place, name) for name in groups)].add(cell)
    return found
