"""What a new book must be like, and when it comes too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.billing.domain.books import CostBook, CostKey, PriceBook, Terms
from services.billing.domain.entry_rules import of_amount, of_book, of_class, of_tariff
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal


class PriceBookOverlaps(Refusal):
    """The tenant has a price book of that effective date already."""

    kind = Kind.ALREADY_EXISTS
    reason = "PRICE_BOOK_OVERLAPS"


class CostBookOverlaps(Refusal):
    """There is a cost book of that effective date already."""

    kind = Kind.ALREADY_EXISTS
    reason = "COST_BOOK_OVERLAPS"


class PeriodInvoiced(Refusal):
    """An invoice has been issued for the period, so nothing that made it can change."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PERIOD_INVOICED"


class CurrencyChangesInMonth(Refusal):
    """A month is charged in one currency."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CURRENCY_CHANGES_IN_MONTH"


CostEntry = tuple[CostKey, Terms]


def check_costs(book: CostBook, entries: Sequence[CostEntry], field: str) -> None:
    """Refuses costs that make no sense, with every violation; `field` is the list's name.

    `entries` are the costs as they were asked for, of which the book has one of each key.
    """
    resource = field.rpartition(".")[0]
    violations = list(of_book(resource, book.effective_date, book.currency_code))
    seen: set[CostKey] = set()
    for index, (key, terms) in enumerate(entries):
        where = f"{field}[{index}]"
        if key in seen:
            violations.append(FieldViolation(f"{where}.item", "Is in the book twice."))
        seen.add(key)
        violations += of_amount(terms.unit_amount, f"{where}.unit_cost")
        violations += _of_key(key, book.carrier, where)
        violations += of_tariff(key.item, terms.duration_tariff, f"{where}.duration_tariff")
    if violations:
        raise InvalidRequest(violations)


def check_price_book(
    book: PriceBook, others: Sequence[PriceBook], last_invoiced: Month | None
) -> None:
    """Refuses a price book that another one, or an invoice that was sent, does not allow."""
    if last_invoiced is not None and book.effective_date < last_invoiced.end_date:
        raise PeriodInvoiced(
            "An invoice has been issued for this period or a later one.",
            tenant=f"tenants/{book.tenant_id}",
            month=last_invoiced,
        )
    if any(other.effective_date == book.effective_date for other in others):
        raise PriceBookOverlaps(
            "There is a price book of this date already.",
            tenant=f"tenants/{book.tenant_id}",
            effective_date=book.effective_date.isoformat(),
        )
    _check_currency(book, others)


def check_cost_book(book: CostBook, others: Sequence[CostBook]) -> None:
    """Refuses a cost book that another one of the same carrier does not allow."""
    others = [other for other in others if other.carrier == book.carrier]
    if any(other.effective_date == book.effective_date for other in others):
        raise CostBookOverlaps(
            "There is a cost book of this date already.",
            effective_date=book.effective_date.isoformat(),
        )
    _check_currency(book, others)


def _of_key(key: CostKey, carrier: str, where: str) -> Iterator[FieldViolation]:
    if carrier and key.item is not Item.MINUTES:
        yield FieldViolation(f"{where}.item", "Must be MINUTES in the book of a carrier.")
    if key.route and key.item is not Item.MINUTES:
        yield FieldViolation(f"{where}.route", "Is for MINUTES alone.")
    elif key.route and carrier:
        yield FieldViolation(f"{where}.route", "Has no place in the book of a carrier.")
    yield from of_class(key.item, key.calls, where)


def _check_currency(book: PriceBook | CostBook, others: Sequence[PriceBook | CostBook]) -> None:
    """Two books that meet inside of a month are of one currency."""
    timeline = sorted([*others, book], key=lambda each: each.effective_date)
    for before, after in pairwise(timeline):
        if before.currency_code != after.currency_code and after.effective_date.day != 1:
            raise CurrencyChangesInMonth(
                "The currency can change on the first of a month only.",
                effective_date=after.effective_date.isoformat(),
                before=before.currency_code,
                after=after.currency_code,
            )
