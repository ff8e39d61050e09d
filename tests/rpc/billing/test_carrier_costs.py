"""Costs by carrier: whose book a call is paid by, and what that leaves of the margin."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest_asyncio
from google.type.decimal_pb2 import Decimal as WireDecimal

from tests.support.billing import JANUARY, PER_CALL, Billing, a_date, refused, text_of
from tests.support.builders.billing import COSTS
from tests.support.costs import a_name
from veneer.billing.v1 import (
    cost_book_service_pb2,
    margin_service_pb2,
    price_book_service_pb2,
    price_pb2,
)

OCTOBER = "2025-10"
FIRST = date(2025, 10, 1)


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def costs(own_billing: Billing) -> None:
    """The seed's costs from January 2025 on, for what no carrier has a book of."""
    await own_billing.set_costs(COSTS)


async def set_book(
    billing: Billing, carrier: str, costs: dict[str, str], since: date = JANUARY
) -> Any:
    """Adds a carrier's book: cost of a minute by zone, six seconds each."""
    book = cost_book_service_pb2.CostBook(
        carrier=carrier,
        effective_date=a_date(since),
        currency_code="USD",
        costs=[
            cost_book_service_pb2.CostBook.Cost(
                item=price_pb2.MINUTES,
                unit_cost=WireDecimal(value=cost),
                duration_tariff=PER_CALL,
                zone=zone,
            )
            for zone, cost in costs.items()
        ],
    )
    request = cost_book_service_pb2.CreateCostBookRequest(cost_book=book)
    return await billing.cost_books.CreateCostBook(request, metadata=billing.operator)


async def a_client_on(billing: Billing, **carriers: str) -> str:
    """A client whose routes r1, r2, ... are those of some carriers."""
    tenant_id = await billing.a_client()
    for route, carrier in carriers.items():
        await billing.costs.set_route(f"{tenant_id}-{route}", carrier, tenant_id)
    return tenant_id


def store(billing: Billing, tenant_id: str, route: str, count: int, **alike: Any) -> None:
    """Stores so many minutes on a route."""
    billing.usage.store_calls(
        tenant_id, FIRST, seconds=60, count=count, route=f"{tenant_id}-{route}", **alike
    )


async def minutes_cost(billing: Billing, tenant_id: str) -> str:
    name = f"tenants/{tenant_id}/margins/{OCTOBER}"
    request = margin_service_pb2.GetMarginRequest(name=name)
    margin = await billing.margins.GetMargin(request, metadata=billing.operator)
    found = [line for line in margin.lines if line.item == price_pb2.MINUTES]
    return text_of(found[0].cost) if found else margin.problem


async def test_each_carrier_is_paid_by_its_own_book(own_billing: Billing) -> None:
    """A hundred minutes by each, and a hundred by one without a book."""
    blue, red = a_name("blue"), a_name("red")
    await set_book(own_billing, blue, {"": "0.002"})
    await set_book(own_billing, red, {"US": "0.004", "GB": "0.02"})
    tenant_id = await a_client_on(own_billing, r1=blue, r2=red, r3="nobody")
    for route in ("r1", "r2", "r3"):
        store(own_billing, tenant_id, route, 100)

    assert await minutes_cost(own_billing, tenant_id) == "1.60 USD"


async def test_a_zone_that_a_carriers_book_does_not_know_has_no_cost(own_billing: Billing) -> None:
    """The general cost is not this carrier's."""
    blue = a_name("blue")
    await set_book(own_billing, blue, {"GB": "0.02"})
    tenant_id = await a_client_on(own_billing, r1=blue)
    store(own_billing, tenant_id, "r1", 100)

    assert await minutes_cost(own_billing, tenant_id) == "COST_MISSING"


async def test_before_its_first_book_a_carrier_is_paid_by_the_general_one(
    own_billing: Billing,
) -> None:
    """Its own counts from its day on."""
    blue = a_name("blue")
    await set_book(own_billing, blue, {"": "0.002"}, since=date(2025, 10, 2))
    tenant_id = await a_client_on(own_billing, r1=blue)
    store(own_billing, tenant_id, "r1", 100)

    assert await minutes_cost(own_billing, tenant_id) == "1.00 USD"


async def test_two_carriers_can_change_on_one_day_and_one_only_once(own_billing: Billing) -> None:
    """The date is the carrier's."""
    blue, red = a_name("blue"), a_name("red")
    book = await set_book(own_billing, blue, {"": "0.01"})
    await set_book(own_billing, red, {"": "0.01"})

    assert book.name == f"costBooks/{blue}.2025-01-01"
    again = await refused(set_book(own_billing, blue, {"": "0.02"}))
    assert again.reason == "COST_BOOK_OVERLAPS"


async def test_the_book_of_a_carrier_is_of_minutes(own_billing: Billing) -> None:
    """Numbers and storage are bought from nobody in particular."""
    book = cost_book_service_pb2.CostBook(
        carrier="blue",
        effective_date=a_date(JANUARY),
        currency_code="USD",
        costs=[
            cost_book_service_pb2.CostBook.Cost(
                item=price_pb2.DIDS, unit_cost=WireDecimal(value="1")
            )
        ],
    )
    request = cost_book_service_pb2.CreateCostBookRequest(cost_book=book)
    call = own_billing.cost_books.CreateCostBook(request, metadata=own_billing.operator)

    assert (await refused(call)).reason == "INVALID_REQUEST"


async def test_books_are_listed_page_by_page_with_all_carriers(own_billing: Billing) -> None:
    """Several of one date."""
    made = {(await set_book(own_billing, a_name("c"), {"": "1"})).name for _ in range(3)}
    names: list[str] = []
    request = cost_book_service_pb2.ListCostBooksRequest(page_size=2)
    while True:
        page = await own_billing.cost_books.ListCostBooks(request, metadata=own_billing.operator)
        names += [book.name for book in page.cost_books]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token

    assert made <= set(names)
    assert len(names) == len(set(names))


async def test_a_route_that_was_given_away_stays_its_tenants(own_billing: Billing) -> None:
    """What telephony says may arrive in another order."""
    tenant_id = await a_client_on(own_billing, r1="blue")
    await own_billing.costs.set_route(f"{tenant_id}-r1", "blue")

    request = cost_book_service_pb2.ListRouteCarriersRequest(page_size=500)
    page = await own_billing.cost_books.ListRouteCarriers(request, metadata=own_billing.operator)

    (said,) = (each for each in page.route_carriers if each.route == f"routes/{tenant_id}-r1")
    assert said.tenant == f"tenants/{tenant_id}"


async def query(billing: Billing, *groups: str, tenant_id: str = "", **more: Any) -> Any:
    request = margin_service_pb2.QueryMarginsRequest(
        start_month=OCTOBER,
        tenant=f"tenants/{tenant_id}" if tenant_id else "",
        group_by=map(margin_service_pb2.QueryMarginsRequest.Group.Value, groups),
        **more,
    )
    return await billing.margins.QueryMargins(request, metadata=billing.operator)


async def test_a_margin_is_split_by_zone_and_carrier(own_billing: Billing) -> None:
    """Charge and cost of each, and the sum to the cent."""
    blue, red = a_name("blue"), a_name("red")
    await set_book(own_billing, blue, {"": "0.002"})
    await set_book(own_billing, red, {"": "0.004"})
    tenant_id = await a_client_on(own_billing, r1=blue, r2=red)
    store(own_billing, tenant_id, "r1", 100, zone="US")
    store(own_billing, tenant_id, "r2", 50, zone="GB")

    found = await query(own_billing, "ZONE", "CARRIER", tenant_id=tenant_id)

    assert [
        (row.zone, row.carrier, text_of(row.charge), text_of(row.cost)) for row in found.rows
    ] == [
        ("", "", "500.00 USD", "0.00 USD"),
        ("GB", red, "1.25 USD", "0.20 USD"),
        ("US", blue, "2.50 USD", "0.20 USD"),
    ]
    assert text_of(found.total.charge) == "503.75 USD"
    assert text_of(found.total.profit) == "503.35 USD"
    assert found.total.call_count == 150


async def test_what_rounding_has_moved_is_told(own_billing: Billing) -> None:
    """Three zones of a third of a cent each are one cent, and no row has any of it."""
    tenant_id = await own_billing.a_client({"platform": "0", "minute": "0.0033"})
    for zone in ("US", "GB", "FR"):
        store(own_billing, tenant_id, "r1", 1, zone=zone)

    found = await query(own_billing, "ZONE", tenant_id=tenant_id)

    assert text_of(found.total.charge) == "0.01 USD"
    assert {text_of(row.charge) for row in found.rows} == {"0.00 USD"}
    assert text_of(found.rounding.charge) == "0.01 USD"


async def test_days_are_those_of_the_calls(own_billing: Billing) -> None:
    """For one client and one month."""
    tenant_id = await own_billing.a_client()
    own_billing.usage.store_calls(tenant_id, FIRST, seconds=60, count=100)
    own_billing.usage.store_calls(tenant_id, date(2025, 10, 31), seconds=60, count=300)

    found = await query(own_billing, "DAY", tenant_id=tenant_id)

    assert [(row.day, text_of(row.charge)) for row in found.rows] == [
        ("", "500.00 USD"),
        ("2025-10-01", "2.50 USD"),
        ("2025-10-31", "7.50 USD"),
    ]
    assert (await refused(query(own_billing, "DAY"))).reason == "INVALID_REQUEST"


async def test_all_clients_are_split_and_those_that_cannot_be_told_are_named(
    own_billing: Billing,
) -> None:
    """One without a price for its calls is in no figure."""
    good = await own_billing.a_client()
    bad = await own_billing.a_client({"platform": "500"})
    store(own_billing, bad, "r1", 1)

    found = await query(own_billing, "TENANT", "MONTH", end_month="2025-11")

    rows = {(row.tenant, row.month) for row in found.rows}
    assert {(f"tenants/{good}", "2025-10"), (f"tenants/{good}", "2025-11")} <= rows
    problems = {(each.tenant, each.month): each.reason for each in found.problems}
    assert problems[f"tenants/{bad}", "2025-10"] == "PRICE_MISSING"


async def test_an_invoiced_month_is_split_as_it_was_invoiced(own_billing: Billing) -> None:
    """Calls that came later are in neither."""
    tenant_id = await own_billing.a_client()
    store(own_billing, tenant_id, "r1", 100)
    await own_billing.draft(tenant_id, OCTOBER)
    invoice = await own_billing.issue(tenant_id, OCTOBER)
    store(own_billing, tenant_id, "r1", 900)

    found = await query(own_billing, "ITEM", tenant_id=tenant_id)

    assert found.total.charge == invoice.total
    assert [(row.item, text_of(row.charge)) for row in found.rows] == [
        (price_pb2.PLATFORM_LICENSE, "500.00 USD"),
        (price_pb2.MINUTES, "2.50 USD"),
    ]


def test_directions_are_those_of_prices() -> None:
    """One word for one thing."""
    field = cost_book_service_pb2.CostBook.Cost.DESCRIPTOR.fields_by_name["direction"]

    assert field.enum_type is price_book_service_pb2.PriceBook.Direction.DESCRIPTOR
