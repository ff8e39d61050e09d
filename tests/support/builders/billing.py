"""Books and quantities for tests of billing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from services.billing.domain.books import CostBook, PriceBook, Terms
from services.billing.domain.charges import charge_lines
from services.billing.domain.invoice import Bill, DraftInvoice, Invoice, Parties, issue
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import MonthQuantities, Span, SpanQuantities
from services.billing.domain.rating.tariff import DurationTariff, Rounding

OCTOBER = Month(2025, 10)
BEFORE = datetime(2025, 11, 3, 12, tzinfo=UTC)
PER_PERIOD = DurationTariff(Rounding.PER_PERIOD, 60, 60)
PER_CALL = DurationTariff(Rounding.PER_CALL, 6, 6)

# The seed's example client.
PRICES = {"platform": "500", "minute": "0.025", "did": "3", "gigabyte": "1", "hour": "100"}
COSTS = {"platform": "0", "minute": "0.01", "did": "1", "gigabyte": "0.10", "hour": "37"}

_ITEMS = {
    "platform": Item.PLATFORM_LICENSE,
    "minute": Item.MINUTES,
    "did": Item.DIDS,
    "gigabyte": Item.DATA_GIGABYTES,
    "hour": Item.SUPPORT_HOURS,
}


def terms(amounts: Mapping[str, str], tariff: DurationTariff = PER_PERIOD) -> dict[Item, Terms]:
    """Gives terms by item; the tariff goes to minutes."""
    return {
        _ITEMS[name]: Terms(Decimal(text), tariff if name == "minute" else None)
        for name, text in amounts.items()
    }


def a_price_book(
    amounts: Mapping[str, str] = PRICES,
    since: date = date(2025, 1, 1),
    currency_code: str = "USD",
    tariff: DurationTariff = PER_PERIOD,
) -> PriceBook:
    """The prices of the seed's example client, changed as wanted."""
    return PriceBook("abc-solar", since, currency_code, terms(amounts, tariff), BEFORE)


def a_cost_book(
    amounts: Mapping[str, str] = COSTS,
    since: date = date(2025, 1, 1),
    routes: Mapping[str, str] | None = None,
    tariff: DurationTariff = PER_PERIOD,
) -> CostBook:
    """The seed's costs, changed as wanted; `routes` gives routes a minute cost of their own."""
    costs = {(item, ""): each for item, each in terms(amounts, tariff).items()}
    for route, cost in (routes or {}).items():
        costs[Item.MINUTES, route] = Terms(Decimal(cost), tariff)
    return CostBook(since, "USD", costs, BEFORE)


def a_span(
    calls: Mapping[tuple[str, int], int] | None = None,
    support_hours: str = "0",
    start: date = OCTOBER.first_date,
    end: date = OCTOBER.end_date,
) -> SpanQuantities:
    """What is charged by the day, all of October if nothing else is said."""
    return SpanQuantities(Span(start, end), calls or {}, Decimal(support_hours))


def a_month(*spans: SpanQuantities, dids: int = 0, gigabytes: str = "0") -> MonthQuantities:
    """The quantities of October 2025."""
    return MonthQuantities(OCTOBER, BEFORE, dids, Decimal(gigabytes), spans or (a_span(),))


def a_draft(
    tenant_id: str = "abc-solar", month: Month = OCTOBER, minutes: int = 100
) -> DraftInvoice:
    """A draft for so many minutes."""
    book = replace(a_price_book(), tenant_id=tenant_id)
    lines = charge_lines(tenant_id, [book], a_month(a_span({("r1", 60): minutes})))
    return DraftInvoice(tenant_id, month, "America/New_York", Bill.of(lines, BEFORE))


def an_invoice(
    tenant_id: str = "abc-solar",
    month: Month = OCTOBER,
    number: str = "2025-000001",
    seller_id: str = "northgate",
) -> Invoice:
    """An invoice of the operator's."""
    parties = Parties(seller_id, "Northgate Voice", "ABC Solar Company")
    return issue(a_draft(tenant_id, month), number, parties, BEFORE)


def an_id() -> str:
    """Gives an id that no other test has."""
    return f"t-{uuid.uuid4().hex[:12]}"
