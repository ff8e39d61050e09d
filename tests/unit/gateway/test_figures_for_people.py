"""Numbers, amounts and times as the pages show them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money

from services.gateway.portal import figures
from services.gateway.portal.calendar import chosen_month, days_of, month_choices
from services.gateway.portal.rendering import monogram, prose
from services.kit.errors import InvalidRequest


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(currency_code="USD", units=1640, nanos=750_000_000), "$1,640.75"),
        (Money(currency_code="USD", units=-5), "−$5.00"),
        (Money(currency_code="USD", nanos=-10_000_000), "−$0.01"),
        (Money(currency_code="CHF", units=12), "CHF 12.00"),
        (Money(currency_code="EUR", units=1_000_000), "€1,000,000.00"),
        (Money(currency_code="JPY", units=980), "JPY 980"),
        (Money(), "—"),
    ],
)
def test_amounts(money: Any, text: str) -> None:
    """With the decimals of their currency."""
    assert figures.amount(money) == text


@pytest.mark.parametrize(
    ("price", "text"),
    [("0.025", "$0.025"), ("1", "$1.00"), ("500", "$500.00"), ("0.0100", "$0.01"), ("", "$0.00")],
)
def test_prices_of_a_unit_keep_all_their_decimals(price: str, text: str) -> None:
    """A price must be readable back from the page."""
    assert figures.unit_price(WireDecimal(value=price), "USD") == text


@pytest.mark.parametrize(
    ("quantity", "text"),
    [("45230", "45,230"), ("12.5", "12.5"), ("0.333333", "0.333333"), ("100", "100"), ("0", "0")],
)
def test_quantities(quantity: str, text: str) -> None:
    """Thousands parted, no idle zeros."""
    assert figures.quantity(WireDecimal(value=quantity)) == text


def test_small_figures() -> None:
    """The rest of them."""
    assert figures.minutes(2_713_741) == "45,229"
    assert figures.duration(42) == "0:42"
    assert figures.duration(3723) == "1:02:03"
    assert figures.percent(WireDecimal(value="71.82")) == "71.8\N{NO-BREAK SPACE}%"
    assert figures.percent(WireDecimal()) == "—"
    assert figures.plain(Decimal("1e3")) == "1,000"
    assert figures.phone("+12125550100") == "+1 212 555 0100"
    assert figures.phone("+442079460000") == "+442079460000"


def test_days_and_months() -> None:
    """Dates of either kind; what is no month is shown as it is."""
    assert figures.day(date(2026, 11, 2)) == "Nov 2, 2026"
    assert figures.day(Date(year=2026, month=11, day=2)) == "Nov 2, 2026"
    assert figures.day(Date()) == "—"
    assert figures.month_name("2026-11") == "November 2026"
    assert figures.month_name("soon") == "soon"


def test_moments_are_in_the_readers_zone() -> None:
    """Across midnight, too."""
    instant = Timestamp()
    instant.FromDatetime(datetime(2026, 11, 1, 3, 4, 5, tzinfo=UTC))

    assert figures.moment(instant, ZoneInfo("America/New_York")) == "Oct 31, 2026, 11:04:05 PM"


def test_a_year_of_months_is_offered() -> None:
    """The present one first; one that was asked for is in it."""
    offered = [choice.value for choice in month_choices(date(2026, 1, 31), "2020-02")]

    assert offered[0] == "2026-01"
    assert offered[12] == "2025-01"
    assert offered[-1] == "2020-02"


def test_a_month_has_all_its_days() -> None:
    """In a leap year as well."""
    assert (len(days_of("2028-02")), len(days_of("2026-11"))) == (29, 30)


@pytest.mark.parametrize("text", ["2026-13", "2026", "2026-1", "x", "2026-11\n"])
def test_what_is_no_month_is_refused(text: str) -> None:
    """Before anybody asks for it."""
    with pytest.raises(InvalidRequest):
        chosen_month(text, date(2026, 11, 1))


def test_comments_become_paragraphs() -> None:
    """Escaped, whatever is in them."""
    assert prose("Is `a<b`.\n\nAnd <i>.") == ("<p>Is <code>a&lt;b</code>.</p><p>And &lt;i&gt;.</p>")


@pytest.mark.parametrize(
    ("name", "initials"), [("ABC Solar Dialer", "AS"), ("Meridian", "M"), ("", "")]
)
def test_a_missing_logo_is_initials(name: str, initials: str) -> None:
    """At most two."""
    assert monogram(name) == initials
