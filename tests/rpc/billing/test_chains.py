"""Chains of resellers: everybody is charged by its own seller for all that is below it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest_asyncio
from pypdf import PdfReader

from tests.rpc.billing.test_invoice_runs import begin, outcomes, work
from tests.support.billing import PER_CALL, Billing, figures, refused, text_of
from tests.support.builders.billing import COSTS, an_id
from tests.support.simulators.directory import OPERATOR
from veneer.billing.v1 import chain_service_pb2 as chains
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts
from veneer.billing.v1 import invoice_run_service_pb2 as runs
from veneer.billing.v1 import invoice_service_pb2 as invoices
from veneer.billing.v1 import margin_service_pb2 as margins

OCTOBER = "2025-10"
FIRST = date(2025, 10, 1)
BOUGHT = {"platform": "1000", "minute": "0.015", "did": "1.5", "gigabyte": "0.5", "hour": "50"}
SOLD = {"platform": "300", "minute": "0.03", "did": "4", "gigabyte": "2", "hour": "90"}
RESOLD = {"platform": "400", "minute": "0.05", "did": "6", "gigabyte": "3", "hour": "120"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def billing(own_billing: Billing) -> Billing:
    return own_billing


@dataclass(frozen=True, slots=True)
class Family:
    """An enterprise with two clients, the second of which sells to one more."""

    enterprise: str
    leaf: str
    middle: str
    end: str


async def a_family(billing: Billing) -> Family:
    """Signs them with prices from January on; all of them have used something in October."""
    enterprise = await billing.a_client(BOUGHT, display_name="Harbor Group")
    leaf, middle, end = an_id(), an_id(), an_id()
    billing.directory.add(leaf, "Leaf Roofing", seller_id=enterprise)
    billing.directory.add(middle, "Middle Dialing", seller_id=enterprise)
    billing.directory.add(end, "End Windows", seller_id=middle, time_zone="Asia/Tokyo")
    await billing.set_prices(leaf, SOLD)
    await billing.set_prices(middle, SOLD, tariff=PER_CALL)
    await billing.set_prices(end, RESOLD)
    billing.clock.advance(minutes=1)
    for tenant_id, calls in ((enterprise, 10), (leaf, 1000), (middle, 100), (end, 2000)):
        billing.usage.store_calls(tenant_id, FIRST, seconds=61, count=calls)
        billing.usage.store_dids(tenant_id, FIRST, 2)
        billing.usage.store_gigabytes(tenant_id, FIRST, "1.5")
    billing.usage.store_support(end, FIRST, "1.5")
    return Family(enterprise, leaf, middle, end)


async def margin(billing: Billing, tenant_id: str) -> Any:
    request = margins.GetMarginRequest(name=f"tenants/{tenant_id}/margins/{OCTOBER}")
    return await billing.margins.GetMargin(request, metadata=billing.operator)


async def test_each_level_is_charged_for_all_below_it_by_its_own_prices(billing: Billing) -> None:
    family = await a_family(billing)

    enterprise = await billing.statement(family.enterprise, OCTOBER)
    middle = await billing.statement(family.middle, OCTOBER)
    end = await billing.statement(family.end, OCTOBER)

    assert figures(enterprise.lines) == [
        ("Platform license", "1", "1000", "1000.00 USD"),
        ("Minutes", "3162", "0.015", "47.43 USD"),
        ("Phone numbers (DIDs)", "8", "1.5", "12.00 USD"),
        ("Data storage (GB)", "6", "0.5", "3.00 USD"),
        ("Support hours", "1.5", "50", "75.00 USD"),
    ]
    # 2,100 calls of 61 seconds, each counted as 66.
    assert figures(middle.lines)[1] == ("Minutes", "2310", "0.03", "69.30 USD")
    assert figures(middle.lines)[2] == ("Phone numbers (DIDs)", "4", "4", "16.00 USD")
    assert figures(end.lines)[1] == ("Minutes", "2034", "0.05", "101.70 USD")


async def test_the_operator_counts_nobody_twice(billing: Billing) -> None:
    """Whoever another sells to is in that one's figures, and has no margin of its own."""
    await billing.set_costs(COSTS)
    family = await a_family(billing)

    found = await margin(billing, family.enterprise)
    listed = await billing.margins.ListMargins(
        margins.ListMarginsRequest(month=OCTOBER, page_size=200), metadata=billing.operator
    )

    assert text_of(found.charge) == "1137.43 USD"
    # 31.62 for the calls, 8 for numbers, 0.60 for data, 55.50 for support.
    assert text_of(found.cost) == "95.72 USD"
    names = {each.name for each in listed.margins}
    assert f"tenants/{family.enterprise}/margins/{OCTOBER}" in names
    for each in (family.leaf, family.middle, family.end):
        assert f"tenants/{each}/margins/{OCTOBER}" not in names
        assert (await refused(margin(billing, each))).reason == "RESOURCE_NOT_FOUND"


async def test_an_invoice_bears_its_direct_sellers_name_and_numbers(billing: Billing) -> None:
    family = await a_family(billing)
    numbers = []
    for tenant_id in (family.leaf, family.middle, family.end):
        await billing.draft(tenant_id, OCTOBER)
        numbers.append((await billing.issue(tenant_id, OCTOBER)).number)

    file = await billing.invoices.DownloadInvoice(
        invoices.DownloadInvoiceRequest(name=f"tenants/{family.leaf}/invoices/{OCTOBER}"),
        metadata=billing.client(family.leaf),
    )

    assert numbers == ["2025-000001", "2025-000002", "2025-000001"]
    text = PdfReader(io.BytesIO(file.data)).pages[0].extract_text()
    assert "Harbor Group" in text
    assert "Northgate" not in text


async def test_a_level_without_a_price_parks_whoever_is_below(billing: Billing) -> None:
    """The message names the tenant and how far above it is."""
    enterprise = await billing.a_client({"platform": "100"})
    client = billing.directory.add(an_id(), seller_id=enterprise)
    await billing.set_prices(client, SOLD)
    billing.clock.advance(minutes=1)
    billing.usage.store_calls(client, FIRST, seconds=60)

    draft = await billing.draft(client, OCTOBER)

    assert draft.state == drafts.DraftInvoice.PARKED
    (parked,) = draft.park_reasons
    assert parked.reason == drafts.DraftInvoice.ParkReason.PRICE_MISSING
    assert f"tenants/{enterprise}, 1 above the client" in parked.message


async def test_a_late_call_below_is_an_adjustment_of_every_level(billing: Billing) -> None:
    family = await a_family(billing)
    for tenant_id in (family.enterprise, family.end):
        await billing.draft(tenant_id, OCTOBER)
        await billing.issue(tenant_id, OCTOBER)
    billing.usage.store_calls(family.end, date(2025, 10, 2), seconds=60, count=100)
    billing.clock.set(billing.clock.now().replace(month=12, day=2))

    for tenant_id, amount in ((family.enterprise, "1.50 USD"), (family.end, "5.00 USD")):
        draft = await billing.draft(tenant_id, "2025-11")
        late = [line for line in draft.lines if line.original_month == OCTOBER]
        assert [text_of(line.amount) for line in late] == [amount]


async def test_the_operator_is_no_client(billing: Billing) -> None:
    assert (await refused(margin(billing, OPERATOR))).reason == "RESOURCE_NOT_FOUND"


async def test_the_operator_sees_what_every_level_keeps(billing: Billing) -> None:
    """It adds up to the cent, and what rounding makes of the costs is shown."""
    await billing.set_costs(COSTS, since=date(2025, 2, 1))
    family = await a_family(billing)

    found = await chain(billing, family.enterprise)

    levels = {each.tenant.removeprefix("tenants/"): each for each in found.levels}
    assert {tenant_id: each.level for tenant_id, each in levels.items()} == {
        family.enterprise: 1,
        family.leaf: 2,
        family.middle: 2,
        family.end: 3,
    }
    assert text_of(levels[family.enterprise].charge) == "1137.43 USD"
    assert text_of(levels[family.leaf].charge) == "341.51 USD"
    assert text_of(found.cost) == "95.72 USD"
    kept = {each.seller.removeprefix("tenants/"): each.margin for each in found.margins}
    assert text_of(kept[OPERATOR]) == "1041.71 USD"
    assert kept.keys() == {OPERATOR, family.enterprise, family.middle}
    assert sum(map(cents, kept.values())) == cents(found.end_charge) - cents(found.cost)
    ends = levels[family.leaf].charge, levels[family.end].charge
    assert cents(found.end_charge) == sum(map(cents, ends))
    # Minutes rounded up for each by itself are 11, 1,017, 102 and 2,034; for all 3,162.
    assert text_of(found.cost_rounding) == "0.02 USD"


async def test_a_chain_with_a_missing_link_refuses_and_names_it(billing: Billing) -> None:
    family = await a_family(billing)
    client = billing.directory.add(an_id(), seller_id=family.end)
    billing.clock.advance(minutes=1)

    problem = await refused(chain(billing, family.enterprise))

    assert problem.reason == "PRICE_MISSING"
    assert problem.metadata["tenant"] == f"tenants/{client}"
    assert problem.metadata["level"] == "4"
    assert (await refused(chain(billing, family.end))).reason == "RESOURCE_NOT_FOUND"


async def test_a_run_invoices_every_level(billing: Billing) -> None:
    """The operator's run makes the invoices of all sellers, and checks that they add up."""
    family = await a_family(billing)
    run = await begin(billing)
    await work(billing)

    found = await outcomes(billing, run.name)
    for tenant_id in (family.enterprise, family.leaf, family.middle, family.end):
        assert found[tenant_id].state == runs.InvoiceRunOutcome.ISSUED


async def chain(billing: Billing, tenant_id: str) -> Any:
    request = chains.GetChainRequest(name=f"tenants/{tenant_id}/chains/{OCTOBER}")
    return await billing.chains.GetChain(request, metadata=billing.operator)


def cents(money: Any) -> int:
    return int(money.units) * 100 + int(money.nanos) // 10_000_000
