"""Books and quantities for tests of billing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from services.billing.domain.books import CostBook, CostKey, PriceBook, Terms
from services.billing.domain.call_class import ANY, CallClass
from services.billing.domain.charges import charge_lines
from services.billing.domain.invoice import Bill, DraftInvoice, Invoice, Parties, issue
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.price import Price
from services.billing.domain.quantities import CallKind, MonthQuantities, Span, SpanQuantities
from services.billing.domain.rating.per_unit import PerUnit
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
    "peak_seat": Item.AGENT_SEATS_PEAK,
}


def prices(
    amounts: Mapping[str, str], tariff: DurationTariff = PER_PERIOD
) -> dict[tuple[Item, CallClass], Price]:
    """Gives prices of one unit by item, for all calls; the tariff goes to minutes."""
    return {
        (_ITEMS[name], ANY): Price(PerUnit(Decimal(text)), tariff if name == "minute" else None)
        for name, text in amounts.items()
    }


def a_price_book(
    amounts: Mapping[str, str] = PRICES,
    since: date = date(2025, 1, 1),
    currency_code: str = "USD",
    tariff: DurationTariff = PER_PERIOD,
) -> PriceBook:
    """The prices of the seed's example client, changed as wanted."""
    return PriceBook("abc-solar", since, currency_code, prices(amounts, tariff), BEFORE)


def with_price(book: PriceBook, item: Item, price: Price, call_class: CallClass = ANY) -> PriceBook:
    """The same book with one price more, or another one."""
    return replace(book, prices={**book.prices, (item, call_class): price})


def a_cost_book(
    amounts: Mapping[str, str] = COSTS,
    since: date = date(2025, 1, 1),
    routes: Mapping[str, str] | None = None,
    tariff: DurationTariff = PER_PERIOD,
) -> CostBook:
    """The seed's costs, changed as wanted; `routes` gives routes a minute cost of their own."""
    costs = {
        CostKey(_ITEMS[name]): Terms(Decimal(text), tariff if name == "minute" else None)
        for name, text in amounts.items()
    }
    for route, cost in (routes or {}).items():
        costs[CostKey(Item.MINUTES, route)] = Terms(Decimal(cost), tariff)
    return CostBook(since, "USD", costs, BEFORE)


def a_kind(
    seconds: int, route: str = "r1", direction: str = "OUTBOUND", zone: str = "US"
) -> CallKind:
    """Calls that are alike, to the United States if nothing else is said."""
    return CallKind(route, direction, zone, seconds)


def a_span(
    calls: Mapping[tuple[str, int], int] | Mapping[CallKind, int] | None = None,
    support_hours: str = "0",
    start: date = OCTOBER.first_date,
    end: date = OCTOBER.end_date,
) -> SpanQuantities:
    """What is charged by the day, all of October if nothing else is said.

    Calls are given by kind, or by route and billable seconds.
    """
    kinds = {
        key if isinstance(key, CallKind) else a_kind(key[1], route=key[0]): count
        for key, count in (calls or {}).items()
    }
    return SpanQuantities(Span(start, end), kinds, Decimal(support_hours))


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
