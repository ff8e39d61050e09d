"""Rate sheets: tolerant of form, strict about what they say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.billing.domain.books import CostBook, CostKey
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.rate_changes import changes_of, with_unnamed
from services.billing.domain.rate_sheet import (
    RateSheet,
    SheetBook,
    SheetOptions,
    book_of,
    read_sheet,
)
from services.kit.errors import InvalidRequest
from tests.support.builders.billing import BEFORE

OPTIONS = SheetOptions("blue", "USD", "OUTBOUND", date(2026, 1, 1), (60, 60), {})
ZONES = {"US": ["1201", "1212"], "GB": ["44", "447"]}


def read(text: str, **headings: str) -> RateSheet:
    return read_sheet(text.encode(), SheetOptions("blue", "USD", "", None, (60, 60), headings))


def booked(text: str, zones: dict[str, list[str]] | None = None) -> SheetBook:
    sheet = read_sheet(text.encode(), OPTIONS)
    assert sheet.bad_rows == ()
    made = book_of(sheet, OPTIONS, zones or {}, BEFORE)
    assert isinstance(made, SheetBook)
    return made


def costs(book: CostBook) -> dict[str, tuple[str, int, int, str]]:
    """Rate, increments and fee by zone."""
    found = {}
    for key, terms in book.costs.items():
        tariff = terms.duration_tariff
        assert tariff is not None
        found[key.calls.zone] = (
            str(terms.unit_amount),
            tariff.first_increment_seconds,
            tariff.next_increment_seconds,
            str(tariff.connect_fee),
        )
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Zone,Rate,First Increment,Next Increment,Connect Fee\nUS,0.0125,30,6,0.001\n",
        "zone;rate;increments;connection fee\r\nUS;0,0125;30/6;0,001\r\n",
        "\ufeffCountry\tRate per minute\tBilling increment\tSetup fee\nUS\t$0.0125\t30+6\t$0.001\n",
        "\n\nISO|PRICE|Initial|Subsequent increment|Connect\n\nus|0.0125|30|6|0.001\n",
    ],
    ids=["commas", "semicolons", "tabs", "bars"],
)
def test_a_sheet_is_read_however_it_is_written(text: str) -> None:
    """Four vendors, one rate."""
    assert costs(booked(text).book) == {"US": ("0.0125", 30, 6, "0.001")}


def test_a_zone_costs_the_highest_of_its_prefixes() -> None:
    """Rate and fee each, because a cost is never told too low; where that was done is told."""
    rows = ("44,0.01,60/1", "447,0.03,60/1", "1201,0.005,6/6", "+1 212,0.005,6/6")
    text = "\n".join(["prefix,rate,increments", *rows])

    made = booked(text, ZONES)

    assert costs(made.book) == {"US": ("0.005", 6, 6, "0"), "GB": ("0.03", 60, 1, "0")}
    assert made.merged_zones == ("GB",)


def test_increments_that_differ_in_a_zone_are_no_single_cost() -> None:
    """45/60 is cheaper than 60/60 for some seconds and dearer for others."""
    sheet = read_sheet(b"prefix,rate,increments\n44,0.01,60/60\n447,0.01,45/60\n", OPTIONS)

    bad = book_of(sheet, OPTIONS, {"GB": ["44", "447"]}, BEFORE)

    assert isinstance(bad, list)
    assert [row.line for row in bad] == [3]


def test_a_prefix_of_no_zone_is_told() -> None:
    """Not left out in silence."""
    sheet = read_sheet(b"prefix,rate\n44,0.01\n999,0.01\n", OPTIONS)

    bad = book_of(sheet, OPTIONS, {"GB": ["44"]}, BEFORE)

    assert isinstance(bad, list)
    assert [row.line for row in bad] == [3]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",0.01,6/6,2026-01-01", "prefix nor a zone"),
        ("12a,0.01,6/6,2026-01-01", "must be digits"),
        ("44,,6/6,2026-01-01", "no rate"),
        ("44,cheap,6/6,2026-01-01", "no number"),
        ("44,-0.01,6/6,2026-01-01", "below zero"),
        ("44,0.01,soon,2026-01-01", "as 30/6"),
        ("44,0.01,0/6,2026-01-01", "1 to 3600"),
        ("44,0.01,6/6,03/04/2026", "two ways"),
        ("44,0.01,6/6,", "effective date"),
        ("44,0.01,6/6,2026-02-01", "another effective date"),
        ("1,0.01,6/6,2026-01-01", "on line 2 already"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_what_to_do(row: str, says: str) -> None:
    """All of them at once."""
    text = f"prefix,rate,increments,effective date\n1,0.01,6/6,2026-01-01\n{row}\n"

    (bad,) = read(text).bad_rows

    assert bad.line == 3
    assert says in bad.problem.lower()


def test_headings_of_their_own_can_be_named() -> None:
    """By what stands below them."""
    sheet = read("Wohin,Preis,effective\nUS,0.01,2026-01-01\n", ZONE="wohin", RATE="preis")

    assert sheet.bad_rows == ()
    assert sheet.rates[0].terms.unit_amount == Decimal("0.01")


def test_what_is_no_text_is_refused() -> None:
    """A spreadsheet file, for example."""
    with pytest.raises(InvalidRequest):
        read_sheet(b"PK\x03\x04\xff\xfe", OPTIONS)
    with pytest.raises(InvalidRequest):
        read_sheet(b"", OPTIONS)


def test_changes_are_told_class_by_class() -> None:
    """Added, removed, up, down, and both at once; what stays is left out."""
    before = booked("zone,rate,increments\nUS,1,6/6\nGB,1,6/6\nMX,1,6/6\nCA,1,6/6\nFR,1,6/6")
    after = booked("zone,rate,increments\nUS,2,6/6\nGB,.5,6/6\nMX,.9,60/60\nCA,1,6/6\nDE,1,6/6")

    told = {each.key.calls.zone: str(each.kind) for each in changes_of(after.book, before.book)}

    assert told == {"US": "UP", "GB": "DOWN", "MX": "MIXED", "FR": "REMOVED", "DE": "ADDED"}


def test_what_a_sheet_does_not_name_can_be_kept() -> None:
    """For carriers that send only what changes."""
    before = booked("zone,rate\nUS,1\nGB,1").book
    merged = with_unnamed(booked("zone,rate\nUS,2").book, before)

    assert merged.costs[CostKey(Item.MINUTES, calls=CallClass("OUTBOUND", "US"))].unit_amount == 2
    assert set(costs(merged)) == {"US", "GB"}
