"""Which book is in force when, what a month is, and which books are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.billing.domain.book_rules import (
    CurrencyChangesInMonth,
    PeriodInvoiced,
    PriceBookOverlaps,
    check_costs,
    check_price_book,
)
from services.billing.domain.books import CostKey, Terms, book_of_month, in_force
from services.billing.domain.invoice import PeriodOpen, check_is_over, number_text
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span, spans_of
from services.kit.errors import InvalidRequest
from tests.support.builders.billing import COSTS, OCTOBER, PRICES, a_cost_book, a_price_book

MIDDLE = date(2025, 10, 15)


@pytest.mark.parametrize(
    ("text", "time_zone", "start", "end"),
    [
        ("2025-10", "America/New_York", "2025-10-01T04:00", "2025-11-01T04:00"),
        ("2025-11", "America/New_York", "2025-11-01T04:00", "2025-12-01T05:00"),
        ("2025-12", "Asia/Kathmandu", "2025-11-30T18:15", "2025-12-31T18:15"),
        ("2024-02", "UTC", "2024-02-01T00:00", "2024-03-01T00:00"),
    ],
)
def test_a_month_is_of_the_tenants_zone(text: str, time_zone: str, start: str, end: str) -> None:
    """It begins and ends with local midnights, whatever clocks do in between."""
    month = Month.parse(text, "name")

    assert month.start_time(time_zone) == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert month.end_time(time_zone) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_a_midnight_that_clocks_skip_is_the_instant_of_the_change() -> None:
    """On 1 October 1989 Paraguay went from 00:00 straight to 01:00; such months begin there."""
    month = Month(1989, 10)

    assert month.start_time("America/Asuncion") == datetime(1989, 10, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-13", "2025-1", "1999-12", "2025-10-01", "\uff12\uff10\uff12\uff15-10"],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    """Ids of months are yyyy-mm of the years 2000 to 2199."""
    with pytest.raises(InvalidRequest):
        Month.parse(text, "name")


def test_a_month_is_over_when_it_is_over_where_the_tenant_is() -> None:
    """In New York October lasts four hours into November of UTC."""
    just_before = datetime(2025, 11, 1, 3, 59, 59, tzinfo=UTC)

    with pytest.raises(PeriodOpen):
        check_is_over(OCTOBER, "abc-solar", "America/New_York", just_before)
    check_is_over(OCTOBER, "abc-solar", "America/New_York", datetime(2025, 11, 1, 4, tzinfo=UTC))


def test_the_book_that_came_last_is_in_force() -> None:
    """A book holds until the day before the next one."""
    old, new = a_price_book(), a_price_book(since=MIDDLE)

    assert in_force([new, old], date(2025, 10, 14)) is old
    assert in_force([new, old], MIDDLE) is new
    assert in_force([new, old], date(2024, 12, 31)) is None


def test_a_month_goes_by_its_first_book() -> None:
    """The one in force on the first, or else the first to come."""
    old, new = a_price_book(), a_price_book(since=MIDDLE)

    assert book_of_month([new, old], OCTOBER) is old
    assert book_of_month([new, a_price_book(since=date(2025, 10, 20))], OCTOBER) is new
    assert book_of_month([a_price_book(since=OCTOBER.end_date)], OCTOBER) is None


def test_a_month_is_cut_only_where_daily_charges_change() -> None:
    """A new price of numbers cuts nothing; a new cost of minutes does, if costs are asked for."""
    prices = [a_price_book(), a_price_book({**PRICES, "did": "9"}, since=date(2025, 10, 5))]
    costs = [a_cost_book(), a_cost_book({**COSTS, "minute": "9"}, since=MIDDLE)]

    assert spans_of(OCTOBER, prices) == (Span(date(2025, 10, 1), date(2025, 11, 1)),)
    assert spans_of(OCTOBER, prices, costs) == (
        Span(date(2025, 10, 1), MIDDLE),
        Span(MIDDLE, date(2025, 11, 1)),
    )


def test_a_month_is_cut_where_the_first_book_begins() -> None:
    """What is used before it has no price, and must be seen apart."""
    assert len(spans_of(OCTOBER, [a_price_book(since=MIDDLE)])) == 2


def test_the_cost_of_a_route_is_of_minutes() -> None:
    """Nothing else takes a route."""
    entries = [(CostKey(Item.DIDS, "r1"), Terms(Decimal(1)))]

    with pytest.raises(InvalidRequest) as refused:
        check_costs(a_cost_book(), entries, "cost_book.costs")

    assert [each.field for each in refused.value.violations] == ["cost_book.costs[0].route"]


def test_everything_wrong_with_a_book_is_told_at_once() -> None:
    """A caller should not have to try five times."""
    book = replace(a_cost_book(), effective_date=date(1999, 1, 1), currency_code="XXX")
    entries = [(CostKey(Item.DIDS), Terms(Decimal(one))) for one in (1, -1)]

    with pytest.raises(InvalidRequest) as refused:
        check_costs(book, entries, "cost_book.costs")

    assert {each.field for each in refused.value.violations} == {
        "cost_book.effective_date",
        "cost_book.currency_code",
        "cost_book.costs[1].item",
        "cost_book.costs[1].unit_cost",
    }


def test_a_day_has_one_price_book() -> None:
    """Books are never edited, so a second one of the day would be a silent change."""
    with pytest.raises(PriceBookOverlaps):
        check_price_book(a_price_book(), [a_price_book()], None)


@pytest.mark.parametrize("since", [date(2025, 10, 31), date(2025, 3, 1)])
def test_a_book_never_reaches_into_what_was_invoiced(since: date) -> None:
    """Neither into the invoiced month nor before it."""
    with pytest.raises(PeriodInvoiced):
        check_price_book(a_price_book(since=since), [], OCTOBER)


def test_a_book_may_begin_right_after_what_was_invoiced() -> None:
    """The next month is free."""
    check_price_book(a_price_book(since=OCTOBER.end_date), [], OCTOBER)


def test_the_currency_changes_on_the_first_of_a_month_only() -> None:
    """A month has one total."""
    with pytest.raises(CurrencyChangesInMonth):
        check_price_book(a_price_book(since=MIDDLE, currency_code="EUR"), [a_price_book()], None)
    check_price_book(
        a_price_book(since=OCTOBER.first_date, currency_code="EUR"), [a_price_book()], None
    )


def test_numbers_of_invoices_sort_as_text() -> None:
    """The year, then the position with leading zeros."""
    assert number_text(2025, 17) == "2025-000017"
