"""Calls are charged by the most specific price that they fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import ANY, CallClass, class_of
from services.billing.domain.charges import charge_lines
from services.billing.domain.costs import costs_of
from services.billing.domain.dues import PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.margin import earnings
from services.billing.domain.payees import Payees
from services.billing.domain.price import Price
from services.billing.domain.quantities import CallKind, MonthQuantities
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff
from tests.support.builders.billing import (
    PER_CALL,
    PER_PERIOD,
    a_cost_book,
    a_kind,
    a_month,
    a_price_book,
    a_span,
    with_price,
)

MIDDLE = date(2025, 10, 15)
INBOUND, OUTBOUND = CallClass("INBOUND"), CallClass("OUTBOUND")
BRITAIN, TO_BRITAIN = CallClass(zone="GB"), CallClass("OUTBOUND", "GB")


def a_book(
    prices: dict[CallClass, str], tariff: DurationTariff = PER_PERIOD, since: date | None = None
) -> PriceBook:
    """A book with a free platform and these prices of minutes."""
    book = a_price_book({"platform": "0"})
    for call_class, price in prices.items():
        book = with_price(book, Item.MINUTES, Price(PerUnit(Decimal(price)), tariff), call_class)
    return replace(book, effective_date=since or book.effective_date)


def billed(books: list[PriceBook], quantities: MonthQuantities) -> list[tuple[str, str, str, str]]:
    """Gives description, quantity, unit price and amount of each line of minutes."""
    return [
        (
            line.description,
            f"{line.quantity.normalize():f}",
            f"{line.unit_price:f}",
            f"{line.amount.amount:f}",
        )
        for line in charge_lines("abc-solar", books, quantities)
        if line.item is Item.MINUTES
    ]


@pytest.mark.parametrize(
    ("classes", "fits"),
    [
        ({ANY, INBOUND, OUTBOUND, BRITAIN, TO_BRITAIN}, TO_BRITAIN),
        ({ANY, INBOUND, OUTBOUND, BRITAIN}, BRITAIN),
        ({ANY, INBOUND, OUTBOUND}, OUTBOUND),
        ({ANY, INBOUND}, ANY),
        ({INBOUND, CallClass("OUTBOUND", "FR")}, None),
    ],
)
def test_the_most_specific_class_is_that_of_a_call(
    classes: set[CallClass], fits: CallClass | None
) -> None:
    """Of a call to Britain: zone and direction, then the zone, then the direction, then any."""
    assert class_of("OUTBOUND", "GB", classes) == fits


def test_each_class_of_calls_has_a_line_that_says_so() -> None:
    """What is not special is called other."""
    prices = {ANY: "0.02", INBOUND: "0.01", BRITAIN: "0.1", TO_BRITAIN: "0.2"}
    used = {
        a_kind(60): 1,
        a_kind(60, direction="INBOUND"): 2,
        a_kind(60, direction="INBOUND", zone="GB"): 3,
        a_kind(60, zone="GB"): 4,
        a_kind(0, zone="FR"): 9,
    }

    assert billed([a_book(prices)], a_month(a_span(used))) == [
        ("Minutes, GB", "3", "0.1", "0.30"),
        ("Minutes, inbound", "2", "0.01", "0.02"),
        ("Minutes, outbound, GB", "4", "0.2", "0.80"),
        ("Minutes, other", "1", "0.02", "0.02"),
    ]


def test_routes_do_not_part_lines() -> None:
    """Which way a call took is the operator's affair; both are rounded up together."""
    used = {a_kind(30, route="r1"): 1, a_kind(30, route="r2"): 1}

    assert billed([a_book({OUTBOUND: "1"})], a_month(a_span(used))) == [
        ("Minutes, outbound", "1", "1", "1.00")
    ]


def test_each_class_is_rounded_up_by_its_own_tariff() -> None:
    """Six seconds at home, a minute abroad."""
    book = with_price(
        a_book({ANY: "1"}, PER_CALL), Item.MINUTES, Price(PerUnit(Decimal(2)), PER_PERIOD), BRITAIN
    )
    used = {a_kind(7): 1, a_kind(7, zone="GB"): 1}

    assert billed([book], a_month(a_span(used))) == [
        ("Minutes, GB", "1", "2", "2.00"),
        ("Minutes, other", "0.2", "1", "0.20"),
    ]


def test_nothing_used_shows_one_line() -> None:
    """It is called by the name of the item."""
    assert billed([a_book({ANY: "1", BRITAIN: "2"})], a_month()) == [("Minutes", "0", "1", "0.00")]


def test_a_call_that_fits_no_price_is_refused() -> None:
    """A price of calls to Britain is no price of calls to France."""
    books = [a_book({BRITAIN: "0.1", INBOUND: "0.01"})]

    with pytest.raises(PriceMissing) as refused:
        charge_lines("abc-solar", books, a_month(a_span({a_kind(1, zone="FR"): 1})))

    said = refused.value.metadata
    assert (said["item"], said["direction"], said["zone"]) == ("MINUTES", "OUTBOUND", "FR")


def test_an_unanswered_call_that_fits_no_price_is_nothing() -> None:
    """It would be charged nothing under every price."""
    books = [a_book({BRITAIN: "0.1"})]

    assert billed(books, a_month(a_span({a_kind(0, zone="FR"): 7}))) == [
        ("Minutes", "0", "0.1", "0.00")
    ]


def test_a_new_class_takes_its_calls_from_its_day_on() -> None:
    """Until then they are charged as all others are."""
    books = [a_book({ANY: "1"}), a_book({ANY: "1", BRITAIN: "2"}, since=MIDDLE)]
    spans = (
        a_span({a_kind(60, zone="GB"): 1}, end=MIDDLE),
        a_span({a_kind(60, zone="GB"): 2, a_kind(60): 4}, start=MIDDLE),
    )

    assert billed(books, a_month(*spans)) == [
        ("Minutes, GB, October 15 to 31", "2", "2", "4.00"),
        ("Minutes, October 1 to 14", "1", "1", "1.00"),
        ("Minutes, other, October 15 to 31", "4", "1", "4.00"),
    ]


def test_the_margin_of_minutes_is_of_all_classes() -> None:
    """Costs are of routes, charges of classes; they meet in the item."""
    quantities = a_month(a_span({a_kind(60): 10, a_kind(60, zone="GB"): 5}))
    lines = charge_lines("abc-solar", [a_book({ANY: "0.02", BRITAIN: "0.1"})], quantities)

    result = earnings(lines, costs_of(Payees([a_cost_book()], {}), quantities, "USD"))

    (minutes,) = (line for line in result.lines if line.item is Item.MINUTES)
    assert (minutes.quantity, minutes.charge.amount) == (Decimal(15), Decimal("0.70"))
    assert (minutes.cost_quantity, minutes.cost.amount) == (Decimal(15), Decimal("0.15"))


kinds = st.builds(
    CallKind,
    st.sampled_from(["r1", "r2"]),
    st.sampled_from(["OUTBOUND", "INBOUND"]),
    st.sampled_from(["US", "GB", "ZZ"]),
    st.integers(0, 4000),
)
some_classes = st.sets(
    st.builds(
        CallClass,
        st.sampled_from(["", "OUTBOUND", "INBOUND"]),
        st.sampled_from(["", "US", "GB", "ZZ"]),
    )
)


@given(st.dictionaries(kinds, st.integers(1, 500), max_size=12), some_classes)
def test_no_call_is_lost_between_classes(
    calls: dict[CallKind, int], classes: set[CallClass]
) -> None:
    """At one price for all classes, by the second, parting them changes nothing but rounding."""
    by_second = replace(PER_CALL, first_increment_seconds=1, next_increment_seconds=1)
    book = a_book(dict.fromkeys({ANY, *classes}, "60"), by_second)

    lines = billed([book], a_month(a_span(calls)))

    assert sum(Decimal(amount) for *_, amount in lines) == sum(
        kind.seconds * count for kind, count in calls.items()
    )
