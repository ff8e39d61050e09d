"""What is billed over time adds up to what is owed in the end, whatever came when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import ChargeLine, LineKind, charge_lines, total_of
from services.billing.domain.difference import adjustments
from tests.support.builders.billing import (
    OCTOBER,
    PER_CALL,
    PRICES,
    a_month,
    a_price_book,
    a_span,
)
from tests.support.builders.prices import histograms

tariffs = st.sampled_from([a_price_book(), a_price_book(tariff=PER_CALL)])


def _lines(book: PriceBook, calls: Mapping[int, int], dids: int = 0) -> tuple[ChargeLine, ...]:
    used = a_span({("r1", seconds): count for seconds, count in calls.items()})
    return charge_lines("abc-solar", [book], a_month(used, dids=dids))


def _first() -> tuple[ChargeLine, ...]:
    return _lines(a_price_book(), {60: 10}, dids=2)


def test_nothing_is_adjusted_if_nothing_differs() -> None:
    assert adjustments(OCTOBER, _first(), _first()) == ()


def test_an_adjustment_is_the_difference_of_a_line() -> None:
    """Five minutes more, one number less."""
    (minutes, dids) = adjustments(OCTOBER, _lines(a_price_book(), {60: 15}, dids=1), _first())

    assert (minutes.description, minutes.quantity, minutes.amount.amount) == (
        "October 2025: Minutes",
        Decimal(5),
        Decimal("0.13"),
    )
    assert (dids.description, dids.quantity, dids.amount.amount) == (
        "October 2025: Phone numbers (DIDs)",
        Decimal(-1),
        Decimal("-3.00"),
    )
    assert {minutes.kind, dids.kind} == {LineKind.ADJUSTMENT}
    assert minutes.original_month == OCTOBER


def test_a_line_that_falls_away_is_taken_back() -> None:
    """All numbers are gone."""
    (taken_back,) = adjustments(OCTOBER, _lines(a_price_book(), {60: 10}), _first())

    assert taken_back.amount.amount == Decimal("-6.00")


def test_days_that_come_to_be_said_are_no_difference() -> None:
    """A price of the 16th was without use; a late call makes both spans be named."""
    later = a_price_book({**PRICES, "minute": "0.03"}, since=date(2025, 10, 16))
    books = [a_price_book(), later]
    first_half = a_span({("r1", 60): 10}, end=date(2025, 10, 16))
    unused = a_span(start=date(2025, 10, 16))
    late = a_span({("r1", 60): 1}, start=date(2025, 10, 16))

    billed = charge_lines("abc-solar", books, a_month(first_half, unused))
    owed = charge_lines("abc-solar", books, a_month(first_half, late))
    (added,) = adjustments(OCTOBER, owed, billed)

    assert added.description == "October 2025: Minutes, October 16 to 31"
    assert added.amount.amount == Decimal("0.03")


@given(tariffs, st.lists(histograms, min_size=1, max_size=5))
def test_all_that_was_billed_is_what_is_owed(
    book: PriceBook, readings: list[Mapping[int, int]]
) -> None:
    """However the month changed from one invoice to the next, more or less."""
    billed = [*_lines(book, readings[0])]
    for reading in readings[1:]:
        billed += adjustments(OCTOBER, _lines(book, reading), billed)

    owed = _lines(book, readings[-1])

    assert total_of(billed) == total_of(owed)
    assert adjustments(OCTOBER, owed, billed) == ()
