"""Rate sheets: what a carrier sends, read row by row; whole or not at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from services.billing.domain.books import CostBook, CostKey, Terms
from services.billing.domain.call_class import CallClass
from services.billing.domain.entry_rules import of_amount, of_tariff
from services.billing.domain.item import Item
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.domain.separated_text import BadRow, Row, Unreadable, read_rows

ROWS_MAX: Final = 20_000
# In base64 it fits into the megabyte that the edge lets in.
BYTES_MAX: Final = 750_000

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "PREFIX": ("prefix", "code", "dial code", "dialcode", "destination code", "area code", "npa"),
    "ZONE": ("zone", "country", "country code iso", "iso", "region"),
    "RATE": ("rate", "price", "rate per minute", "price per minute", "rate/min", "usd/min", "cost"),
    "FIRST_INCREMENT": ("first increment", "initial increment", "initial", "min duration", "1st"),
    "NEXT_INCREMENT": ("next increment", "subsequent increment", "additional increment", "next"),
    "INCREMENTS": (
        "increment",
        "increments",
        "billing increment",
        "billing increments",
        "rounding",
    ),
    "CONNECT_FEE": ("connect fee", "connection fee", "setup fee", "connect charge", "connect"),
    "EFFECTIVE_DATE": ("effective date", "effective", "valid from", "start date", "date"),
}

_PREFIX: Final = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_ZONE: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_INCREMENTS: Final = re.compile(r"([0-9]{1,4})\s*[/+:-]\s*([0-9]{1,4})", re.ASCII)
_DATE: Final = re.compile(r"(20[0-9]{2})[-/.]?([0-9]{2})[-/.]?([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """What a sheet does not say of itself; `headings` are its own, by meaning."""

    carrier: str
    currency_code: str
    direction: str
    effective_date: date | None
    increments: tuple[int, int]
    headings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rate:
    """One row: a prefix or a zone, and what a call to there costs."""

    line: int
    prefix: str
    zone: str
    terms: Terms
    effective_date: date | None


@dataclass(frozen=True, slots=True)
class RateSheet:
    """A sheet that was read; with bad rows it is good for nothing else."""

    rates: tuple[Rate, ...]
    bad_rows: tuple[BadRow, ...]

    @property
    def prefixes(self) -> list[str]:
        """Gives the prefixes, each once, in order."""
        return sorted({rate.prefix for rate in self.rates} - {""})


@dataclass(frozen=True, slots=True)
class SheetBook:
    """The cost book of a sheet, and the zones in which the dearest of several rates was taken."""

    book: CostBook
    merged_zones: tuple[str, ...]


def read_sheet(content: bytes, options: SheetOptions) -> RateSheet:
    """Reads a sheet; refuses with INVALID_REQUEST what is no separated text."""
    headings = {
        meaning: (*(own for of, own in options.headings.items() if of == meaning), *usual)
        for meaning, usual in HEADINGS.items()
    }
    rates: list[Rate] = []
    bad: list[BadRow] = []
    for row in read_rows(content, headings, "csv"):
        try:
            rates.append(_rate(row, options))
        except Unreadable as problem:
            bad.append(BadRow(row.line, str(problem)))
    bad += _of_many(rates)
    if not rates and not bad:
        bad.append(BadRow(1, "There are no rows below the headings. Send the whole sheet."))
    return RateSheet(tuple(rates), tuple(sorted(bad, key=lambda each: each.line)))


def book_of(
    sheet: RateSheet,
    options: SheetOptions,
    zones: Mapping[str, Sequence[str]],
    now: datetime,
) -> SheetBook | list[BadRow]:
    """Makes the cost book of a sheet without bad rows; `zones` is zone -> prefixes of the sheet.

    A zone costs the highest rate and the highest fee of its prefixes. Where their increments
    differ no single cost is above them all, so those rows are given back as bad.
    """
    by_zone: defaultdict[str, list[Rate]] = defaultdict(list)
    by_prefix = {rate.prefix: rate for rate in sheet.rates if rate.prefix}
    for rate in sheet.rates:
        if rate.zone:
            by_zone[rate.zone].append(rate)
    for zone, prefixes in zones.items():
        by_zone[zone] += [by_prefix[prefix] for prefix in prefixes]
    known = {rate.line for rates in by_zone.values() for rate in rates}
    bad = [
        BadRow(rate.line, f"Prefix {rate.prefix} is in no zone. Correct it, or leave the row out.")
        for rate in sheet.rates
        if rate.line not in known
    ]
    for zone, rates in sorted(by_zone.items()):
        bad += _of_increments(zone, rates)
    if bad:
        return sorted(set(bad), key=lambda each: each.line)
    effective_date = sheet.rates[0].effective_date or options.effective_date
    assert effective_date is not None, "a row without a date is a bad row"
    costs = {
        CostKey(Item.MINUTES, calls=CallClass(options.direction, zone)): _dearest(rates)
        for zone, rates in by_zone.items()
    }
    merged = sorted(zone for zone, rates in by_zone.items() if len({r.terms for r in rates}) > 1)
    book = CostBook(effective_date, options.currency_code, costs, now, options.carrier)
    return SheetBook(book, tuple(merged))


def _rate(row: Row, options: SheetOptions) -> Rate:
    prefix = re.sub(r"[\s+()-]", "", row.text("PREFIX"))
    zone = row.text("ZONE").upper() if not prefix else ""
    if prefix and not _PREFIX.fullmatch(prefix):
        raise Unreadable(f"The prefix {prefix!r} must be digits with the calling code, as 1212.")
    if not prefix and not _ZONE.fullmatch(zone):
        raise Unreadable("There is neither a prefix nor a zone of two letters. Add one of them.")
    amount = row.decimal("RATE", "The rate")
    if amount is None:
        raise Unreadable("There is no rate. Add it, or name its column.")
    first, following = _increments(row, options.increments)
    fee = row.decimal("CONNECT_FEE", "The connect fee") or Decimal(0)
    tariff = DurationTariff(Rounding.PER_CALL, first, following, connect_fee=fee)
    wrong = [*of_amount(amount, "The rate"), *of_tariff(Item.MINUTES, tariff, "The tariff")]
    if wrong:
        raise Unreadable(f"{wrong[0].field}: {wrong[0].description}")
    on = _date(row.text("EFFECTIVE_DATE")) or options.effective_date
    if on is None:
        raise Unreadable("There is no effective date. Add it to the rows, or say one for all.")
    return Rate(row.line, prefix, zone, Terms(amount, tariff), on)


def _increments(row: Row, usual: tuple[int, int]) -> tuple[int, int]:
    both = row.text("INCREMENTS")
    if both:
        found = _INCREMENTS.fullmatch(both)
        single = both if both.isascii() and both.isdigit() and len(both) <= 4 else ""
        if found is None and not single:
            raise Unreadable(f"The increments {both!r} must be as 30/6, in seconds.")
        return (int(found[1]), int(found[2])) if found else (int(single), int(single))
    first = row.whole("FIRST_INCREMENT", "The first increment")
    following = row.whole("NEXT_INCREMENT", "The next increment")
    return usual[0] if first is None else first, usual[1] if following is None else following


def _date(text: str) -> date | None:
    if not text:
        return None
    found = _DATE.fullmatch(text.partition(" ")[0].partition("T")[0])
    try:
        day = found and date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        day = None
    if not day:
        raise Unreadable(f"Write the date {text!r} as 2026-03-04: others can be read two ways.")
    return day


def _of_many(rates: Sequence[Rate]) -> Iterator[BadRow]:
    """Gives the rows that do not go together with those before them."""
    seen: dict[tuple[str, str], int] = {}
    for index, rate in enumerate(rates):
        where = rate.prefix, rate.zone
        if where in seen:
            named = rate.prefix or rate.zone
            yield BadRow(rate.line, f"{named} is on line {seen[where]} already. Keep one of them.")
        seen.setdefault(where, rate.line)
        if rate.effective_date != rates[0].effective_date:
            yield BadRow(rate.line, "Has another effective date. Send a sheet for each date.")
        if index == ROWS_MAX:
            yield BadRow(rate.line, f"Only {ROWS_MAX} rows are read. Send the sheet by zones.")


def _of_increments(zone: str, rates: Sequence[Rate]) -> Iterator[BadRow]:
    first = _tariff_increments(rates[0])
    for rate in rates[1:]:
        if _tariff_increments(rate) != first:
            yield BadRow(
                rate.line,
                f"Has other increments than line {rates[0].line}, which is of zone {zone} too."
                " Give all of a zone the same; the larger are the dearer.",
            )


def _tariff_increments(rate: Rate) -> tuple[int, int]:
    tariff = rate.terms.duration_tariff
    assert tariff is not None, "every rate has a tariff"
    return tariff.first_increment_seconds, tariff.next_increment_seconds


def _dearest(rates: Sequence[Rate]) -> Terms:
    first, following = _tariff_increments(rates[0])
    tariffs = [rate.terms.duration_tariff for rate in rates if rate.terms.duration_tariff]
    fee = max(tariff.connect_fee for tariff in tariffs)
    amount = max(rate.terms.unit_amount for rate in rates)
    return Terms(amount, DurationTariff(Rounding.PER_CALL, first, following, connect_fee=fee))
