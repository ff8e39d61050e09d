"""MarginService: what the operator earns."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

import pytest_asyncio

from tests.support.billing import Billing, refused, text_of
from tests.support.builders.billing import COSTS
from tests.support.simulators.directory import OPERATOR
from veneer.billing.v1 import margin_service_pb2

OCTOBER = "2025-10"


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def costs(billing: Billing) -> None:
    """The seed's costs from January 2025 on."""
    await billing.set_costs(COSTS)


async def abc_solar(billing: Billing) -> str:
    """The seed's example client with its October 2025."""
    tenant_id = await billing.a_client()
    billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=60, count=100_000)
    billing.usage.store_dids(tenant_id, date(2025, 10, 1), 10)
    billing.usage.store_gigabytes(tenant_id, date(2025, 10, 1), "50")
    billing.usage.store_support(tenant_id, date(2025, 10, 6), "5")
    return tenant_id


def get(billing: Billing, tenant_id: str, month: str = OCTOBER) -> Any:
    request = margin_service_pb2.GetMarginRequest(name=f"tenants/{tenant_id}/margins/{month}")
    return billing.margins.GetMargin(request, metadata=billing.operator)


async def list_all(billing: Billing, month: str = OCTOBER, page_size: int = 200) -> list[Any]:
    margins: list[Any] = []
    request = margin_service_pb2.ListMarginsRequest(month=month, page_size=page_size)
    while True:
        page = await billing.margins.ListMargins(request, metadata=billing.operator)
        margins += page.margins
        if not page.next_page_token:
            return margins
        request.page_token = page.next_page_token


async def test_the_example_client_earns_what_the_seed_hides(billing: Billing) -> None:
    """Cost 1,200, profit 2,380, margin 66 percent."""
    tenant_id = await abc_solar(billing)

    margin = await get(billing, tenant_id)

    assert text_of(margin.charge) == "3580.00 USD"
    assert text_of(margin.cost) == "1200.00 USD"
    assert text_of(margin.profit) == "2380.00 USD"
    assert margin.margin_percent.value == "66.48"
    assert margin.tenant_display_name == "ABC Solar Company"
    assert margin.problem == ""
    assert [text_of(line.cost) for line in margin.lines] == [
        "0.00 USD",
        "1000.00 USD",
        "10.00 USD",
        "5.00 USD",
        "185.00 USD",
    ]


async def test_the_margin_of_an_invoice_is_of_its_own_figures(billing: Billing) -> None:
    """What came in later is neither charged nor counted as a cost."""
    tenant_id = await abc_solar(billing)
    await billing.draft(tenant_id, OCTOBER)
    invoice = await billing.issue(tenant_id, OCTOBER)
    billing.usage.store_calls(tenant_id, date(2025, 10, 2), seconds=60_000)

    margin = await get(billing, tenant_id)

    assert margin.charge == invoice.total
    assert text_of(margin.cost) == "1200.00 USD"
    assert margin.as_of_time == invoice.as_of_time


async def test_a_missing_price_is_told_instead_of_figures(billing: Billing) -> None:
    """The list goes on for all the others."""
    tenant_id = await billing.a_client(prices=None)

    margin = await get(billing, tenant_id)

    assert margin.problem == "PRICE_MISSING"
    assert not margin.lines
    assert not margin.HasField("charge")


async def test_a_missing_cost_is_told_instead_of_figures(billing: Billing) -> None:
    """Nobody told what anything cost in 2024."""
    tenant_id = await billing.a_client(prices=None)
    await billing.set_prices(tenant_id, since=date(2024, 1, 1))

    margin = await get(billing, tenant_id, "2024-05")

    assert margin.problem == "COST_MISSING"
    assert not margin.HasField("cost")


async def test_all_clients_are_listed_in_order_and_the_operator_is_not(billing: Billing) -> None:
    """The operator sells to itself nothing."""
    tenant_ids = [await billing.a_client() for _ in range(5)]
    billing.clock.advance(minutes=1)

    names = [margin.name for margin in await list_all(billing, page_size=3)]

    assert names == sorted(names)
    assert {f"tenants/{each}/margins/2025-10" for each in tenant_ids} <= set(names)
    assert f"tenants/{OPERATOR}/margins/2025-10" not in names


async def test_who_has_just_signed_is_listed(billing: Billing) -> None:
    """The list was asked for a moment ago."""
    await list_all(billing)

    tenant_id = await billing.a_client()

    names = [margin.name for margin in await list_all(billing)]
    assert f"tenants/{tenant_id}/margins/{OCTOBER}" in names


async def test_the_margins_of_a_list_are_those_of_each(billing: Billing) -> None:
    """One way to come to a figure."""
    tenant_id = await abc_solar(billing)
    billing.clock.advance(minutes=1)

    (listed,) = (
        margin
        for margin in await list_all(billing)
        if margin.name == f"tenants/{tenant_id}/margins/2025-10"
    )

    assert listed == await get(billing, tenant_id)


async def test_without_a_month_each_client_is_in_its_own(billing: Billing) -> None:
    """When it is midnight in Kiritimati, half of the world has another month."""
    east = await billing.a_client(time_zone="Pacific/Kiritimati")
    west = await billing.a_client(time_zone="Pacific/Pago_Pago")
    before = billing.clock.now()
    billing.clock.set(before.replace(month=11, day=30, hour=12))
    try:
        names = {margin.name for margin in await list_all(billing, month="")}
    finally:
        billing.clock.set(before)

    assert f"tenants/{east}/margins/2025-12" in names
    assert f"tenants/{west}/margins/2025-11" in names


async def test_a_tenant_that_is_not_has_no_margin(billing: Billing) -> None:
    """Nor has a month that is none."""
    tenant_id = await billing.a_client()

    assert (await refused(get(billing, "nobody-at-all"))).reason == "RESOURCE_NOT_FOUND"
    assert (await refused(get(billing, tenant_id, "2025"))).reason == "INVALID_REQUEST"


async def test_a_margin_says_as_of_when_it_is(billing: Billing) -> None:
    """Usage's instant."""
    tenant_id = await billing.a_client()
    billing.clock.advance(minutes=1)

    margin = await get(billing, tenant_id)

    assert margin.as_of_time.ToDatetime(UTC) == billing.clock.now()
