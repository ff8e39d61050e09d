"""Why a line is what it is: from what was used, by a price, to an amount rounded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.billing.domain import amounts
from services.billing.domain.books import PriceBook, in_force
from services.billing.domain.call_class import CallClass, class_of
from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.difference import line_key
from services.billing.domain.dues import Due, Dues
from services.billing.domain.item import Item
from services.billing.domain.price import Price
from services.billing.domain.quantities import MonthQuantities
from services.billing.domain.rating import billed_seconds, price
from services.billing.domain.rating.part import Part
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.kit.money import Money, decimal_text


@dataclass(frozen=True, slots=True)
class Explanation:
    """A line, with what it is of.

    `book` and `due` are None for what is no charge by a price. `calls` is billable seconds ->
    number of answered calls. `exact_amount` is before the rounding. For an adjustment all this is
    of the whole line as it has come to be, and `billed_before` is what had been billed of it.
    """

    line: ChargeLine
    book: PriceBook | None
    due: Due | None
    calls: Mapping[int, int]
    billed_seconds: int
    exact_amount: Fraction
    billed_before: Money
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallPrice:
    """What one call is charged: exactly, or None where no single call has a price."""

    billed_seconds: int
    amount: Fraction | None


def explain(
    line: ChargeLine,
    books: Sequence[PriceBook],
    quantities: MonthQuantities,
    billed: Sequence[ChargeLine],
) -> Explanation:
    """Explains a line by the quantities and prices of its month.

    `billed` is what earlier invoices had for the same month; it matters for adjustments.
    """
    zero = Money.zero(line.amount.currency_code)
    same = [each.amount for each in billed if line_key(each) == line_key(line)]
    before = sum(same, zero) if line.kind is LineKind.ADJUSTMENT else zero
    found = _due_of(line, books, quantities)
    if found is None:
        exact = Fraction(line.amount.amount)
        steps = (f"{line.description}: {_money(line.amount)}",)
        return Explanation(line, None, None, {}, 0, exact, before, steps)
    due, part = found
    calls = _calls(due, books, quantities)
    tariff = due.price.duration_tariff
    seconds = billed_seconds(tariff, calls) if tariff else 0
    exact = part.quantity * Fraction(part.unit_price)
    shown = Explanation(
        line, in_force(books, due.span.start_date), due, calls, seconds, exact, before, ()
    )
    return Explanation(
        line, shown.book, due, calls, seconds, exact, before, tuple(_steps(shown, part))
    )


def call_price(book: PriceBook | None, way: tuple[str, str], seconds: int) -> CallPrice:
    """Prices one answered call by the book in force on its day.

    Where seconds are rounded up together, this is the call's own part before that rounding. Only
    prices of a unit have one: a tier is not of any single call.
    """
    found = _price_of(book, way)
    tariff = found.duration_tariff if found else None
    if found is None or tariff is None:
        return CallPrice(seconds, None)
    is_alone = tariff.rounding is Rounding.PER_CALL
    billed = billed_seconds(tariff, {seconds: 1}) if is_alone else tariff.counted(seconds)
    if not isinstance(found.model, PerUnit) or found.included_quantity:
        return CallPrice(billed, None)
    unit_price = found.model.unit_price
    if is_alone:
        return CallPrice(billed, price(tariff, unit_price, seconds))
    fee = Fraction(tariff.connect_fee) if seconds else Fraction(0)
    return CallPrice(billed, amounts.minutes(billed) * Fraction(unit_price) + fee)


def _price_of(book: PriceBook | None, way: tuple[str, str]) -> Price | None:
    if book is None:
        return None
    call_class = class_of(*way, book.classes_of(Item.MINUTES))
    return book.prices[Item.MINUTES, call_class] if call_class is not None else None


def _due_of(
    line: ChargeLine, books: Sequence[PriceBook], quantities: MonthQuantities
) -> tuple[Due, Part] | None:
    if line.item is None or line.code:
        return None
    wanted = line_key(line)
    dues = list(Dues("", books, quantities).of(line.item))
    for due in dues:
        for part in due.parts:
            words = (due.item.description, due.calls, part.label)
            description = ", ".join(word for word in words if word)
            same = (description, part.unit_price, due.span)
            if same == (wanted.description, wanted.unit_price, wanted.span):
                return due, part
    # A line of nothing is told by the item alone; a minimum is no part of what was used.
    is_nothing = not line.quantity and dues
    return (dues[-1], dues[-1].parts[-1]) if is_nothing else None


def _calls(due: Due, books: Sequence[PriceBook], quantities: MonthQuantities) -> Mapping[int, int]:
    found: Counter[int] = Counter()
    if due.item is not Item.MINUTES:
        return found
    for each in quantities.spans:
        if due.span.start_date <= each.span.start_date < due.span.end_date:
            book = in_force(books, each.span.start_date)
            classes: frozenset[CallClass] = book.classes_of(due.item) if book else frozenset()
            found.update(each.calls_by_class(classes).get(due.call_class, {}))
    return {seconds: count for seconds, count in sorted(found.items()) if seconds}


def _steps(of: Explanation, part: Part) -> Iterator[str]:
    line, due = of.line, of.due
    assert due is not None
    unit = part.unit or due.item.unit
    if of.calls and not part.unit:
        used = sum(seconds * count for seconds, count in of.calls.items())
        yield f"{sum(of.calls.values()):,} answered calls of {used:,} seconds together"
        if due.price.duration_tariff is not None:
            yield _rounding_text(due.price.duration_tariff, of.billed_seconds)
    quantity = decimal_text(amounts.shown_quantity(part.quantity))
    units = unit if part.quantity == 1 else f"{unit}s"
    yield f"{quantity} {units} at {decimal_text(part.unit_price)}: {_exact(of.exact_amount)}"
    rounded = amounts.rounded(of.exact_amount, line.amount.currency_code)
    yield f"Rounded half up: {_money(rounded)}"
    if line.kind is LineKind.ADJUSTMENT:
        yield f"Billed before: {_money(of.billed_before)}"
        yield f"The difference: {_money(line.amount)}"


def _rounding_text(tariff: DurationTariff, seconds: int) -> str:
    first, following = tariff.first_increment_seconds, tariff.next_increment_seconds
    when = "each call" if tariff.rounding is Rounding.PER_CALL else "all calls together"
    minutes = _exact(Fraction(seconds, 60))
    return (
        f"Rounded up by {first}/{following} seconds, {when}: {seconds:,} seconds, {minutes} minutes"
    )


def _exact(number: Fraction) -> str:
    return decimal_text(amounts.shown_decimal(number, 9))


def _money(money: Money) -> str:
    return f"{money.amount:f} {money.currency_code}"
