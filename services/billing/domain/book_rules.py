"""What a new book must be like, and when it comes too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from services.billing.domain.books import CostBook, PriceBook, Terms
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.kit.money import UnknownCurrency, minor_units

_DECIMALS_MAX = 9
_UNIT_AMOUNT_LIMIT = Decimal(10**9)
_INCREMENT_SECONDS_MAX = 3600
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One price or cost as it was asked for; `unit_field` names the amount in the request."""

    item: Item
    terms: Terms
    unit_field: str
    route: str = ""


def check_entries(
    effective_date: date, currency_code: str, entries: Sequence[Entry], field: str
) -> None:
    """Refuses a book that makes no sense, with every violation; `field` is the list's name."""
    resource = field.rpartition(".")[0]
    violations = list(_of_book(resource, effective_date, currency_code))
    seen: set[tuple[Item, str]] = set()
    for index, entry in enumerate(entries):
        where = f"{field}[{index}]"
        if (entry.item, entry.route) in seen:
            violations.append(FieldViolation(f"{where}.item", "Is in the book twice."))
        seen.add((entry.item, entry.route))
        violations += _of_terms(entry, where)
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
    """Refuses a cost book that another one does not allow."""
    if any(other.effective_date == book.effective_date for other in others):
        raise CostBookOverlaps(
            "There is a cost book of this date already.",
            effective_date=book.effective_date.isoformat(),
        )
    _check_currency(book, others)


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


def _of_book(resource: str, effective_date: date, currency_code: str) -> Iterator[FieldViolation]:
    if not _FIRST_YEAR <= effective_date.year <= _LAST_YEAR:
        yield FieldViolation(f"{resource}.effective_date", "Must be of the years 2000 to 2199.")
    try:
        minor_units(currency_code)
    except UnknownCurrency:
        yield FieldViolation(f"{resource}.currency_code", "Must be an ISO 4217 code.")


def _of_terms(entry: Entry, where: str) -> Iterator[FieldViolation]:
    unit_amount, tariff = entry.terms.unit_amount, entry.terms.duration_tariff
    if not 0 <= unit_amount < _UNIT_AMOUNT_LIMIT:
        wanted = "Must not be negative, and less than a thousand million."
        yield FieldViolation(f"{where}.{entry.unit_field}", wanted)
    elif (unit_amount * 10**_DECIMALS_MAX) % 1:
        yield FieldViolation(f"{where}.{entry.unit_field}", "Must have at most 9 decimal places.")
    if entry.route and entry.item is not Item.MINUTES:
        yield FieldViolation(f"{where}.route", "Is for MINUTES alone.")
    if entry.item is not Item.MINUTES:
        if tariff is not None:
            yield FieldViolation(f"{where}.duration_tariff", "Is for MINUTES alone.")
        return
    if tariff is None:
        yield FieldViolation(f"{where}.duration_tariff", "Is required for MINUTES.")
        return
    for name in ("first_increment_seconds", "next_increment_seconds"):
        if not 1 <= getattr(tariff, name) <= _INCREMENT_SECONDS_MAX:
            yield FieldViolation(f"{where}.duration_tariff.{name}", "Must be 1 to 3600.")
