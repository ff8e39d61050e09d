"""A running month is drawn on in a straight line, where there is one to draw."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from google.type.money_pb2 import Money

from services.gateway.portal.client.forecast import forecast
from veneer.billing.v1 import price_pb2
from veneer.billing.v1.statement_service_pb2 import Statement

NEW_YORK = ZoneInfo("America/New_York")
# November has thirty days and, with the hour that the clocks give back, an hour more.
MIDDLE = datetime(2026, 11, 15, 23, 30, tzinfo=NEW_YORK)


def a_statement(as_of: datetime, *, minutes: int = 1000, tax: int = 0) -> Statement:
    """So much for minutes, 500 a month, and a tax on both."""
    statement = Statement(total=Money(currency_code="USD", units=minutes + 500 + tax))
    statement.as_of_time.FromDatetime(as_of.astimezone(UTC))
    for item, units in ((price_pb2.MINUTES, minutes), (price_pb2.PLATFORM_LICENSE, 500)):
        statement.lines.add(item=item, amount=Money(currency_code="USD", units=units))
    if tax:
        line = statement.lines.add(kind=statement.lines[0].TAX)
        line.amount.CopyFrom(Money(currency_code="USD", units=tax))
    return statement


def test_minutes_go_on_and_fees_do_not() -> None:
    """Half of the time has passed."""
    told = forecast(a_statement(MIDDLE), "2026-11", NEW_YORK)

    assert told == Money(currency_code="USD", units=2500)


def test_taxes_grow_with_what_is_taxed() -> None:
    """150 on 1,500 are 250 on 2,500."""
    told = forecast(a_statement(MIDDLE, tax=150), "2026-11", NEW_YORK)

    assert told == Money(currency_code="USD", units=2750)


@pytest.mark.parametrize(
    "as_of",
    [
        datetime(2026, 11, 3, 22, 59, tzinfo=NEW_YORK),
        datetime(2026, 12, 1, 0, 0, tzinfo=NEW_YORK),
    ],
)
def test_too_early_and_too_late_nothing_is_said(as_of: datetime) -> None:
    """Three days are no line, and a month that is over needs none."""
    assert forecast(a_statement(as_of), "2026-11", NEW_YORK) is None


def test_without_charges_nothing_is_said() -> None:
    """Nothing can be drawn on."""
    assert (
        forecast(Statement(as_of_time=a_statement(MIDDLE).as_of_time), "2026-11", NEW_YORK) is None
    )
