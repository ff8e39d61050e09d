"""ResellerService: a seller sees its own clients, sets their prices, and sees nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest_asyncio

from tests.rpc.billing.test_chains import BOUGHT, SOLD, a_family
from tests.support.billing import Billing, a_price_book, a_request_id, refused, text_of
from tests.support.builders.billing import COSTS, an_id
from veneer.billing.v1 import reseller_service_pb2 as pb

OCTOBER = "2025-10"
MAY = date(2026, 5, 1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def billing(own_billing: Billing) -> Billing:
    return own_billing


async def clients(billing: Billing, seller: str, **asked: Any) -> pb.ListClientsResponse:
    """Lists them in the seller's own name."""
    request = pb.ListClientsRequest(parent=f"tenants/{seller}", **{"month": OCTOBER, **asked})
    found: pb.ListClientsResponse = await billing.resellers.ListClients(
        request, metadata=billing.client(seller)
    )
    return found


async def summary(billing: Billing, seller: str) -> pb.ResaleSummary:
    """Gets it in the seller's own name."""
    request = pb.GetResaleSummaryRequest(name=f"tenants/{seller}/resaleSummaries/{OCTOBER}")
    found: pb.ResaleSummary = await billing.resellers.GetResaleSummary(
        request, metadata=billing.client(seller)
    )
    return found


async def books(billing: Billing, seller: str, client: str) -> Any:
    """Lists a client's books in the seller's own name."""
    request = pb.ListClientPriceBooksRequest(parent=f"tenants/{seller}/clients/{client}")
    return await billing.resellers.ListClientPriceBooks(request, metadata=billing.client(seller))


async def set_prices(
    billing: Billing, seller: str, client: str, prices: Any = SOLD, **more: Any
) -> Any:
    """Sets a client's prices in the seller's own name."""
    book = a_price_book(prices, more.pop("since", date(2025, 1, 1)))
    request = pb.CreateClientPriceBookRequest(
        parent=f"tenants/{seller}/clients/{client}",
        client_price_book=pb.ClientPriceBook(
            effective_date=book.effective_date, currency_code="USD", prices=book.prices
        ),
        **more,
    )
    return await billing.resellers.CreateClientPriceBook(request, metadata=billing.client(seller))


async def test_a_seller_sees_what_its_clients_bring(billing: Billing) -> None:
    """Charged by its prices, against what it is charged for the same."""
    family = await a_family(billing)

    listed = (await clients(billing, family.enterprise)).clients

    found = {each.name.rpartition("/")[2]: each for each in listed}
    assert found.keys() == {family.leaf, family.middle}
    leaf = found[family.leaf]
    assert leaf.display_name == "Leaf Roofing"
    # 300 + 1,017 minutes at 0.03 + 2 numbers at 4 + 1.5 GB at 2.
    assert text_of(leaf.charge) == "341.51 USD"
    # 1,017 minutes at 0.015, 3.00 for numbers and 0.75 for data.
    assert text_of(leaf.own_charge) == "19.01 USD"
    assert text_of(leaf.earnings) == "322.50 USD"
    assert leaf.problem == ""


async def test_the_months_of_all_levels_add_up(billing: Billing) -> None:
    """What rounding and fees leave to no single client is shown."""
    await billing.set_costs(COSTS)
    family = await a_family(billing)

    enterprise = await summary(billing, family.enterprise)
    middle = await summary(billing, family.middle)

    shares = [each.own_charge for each in (await clients(billing, family.enterprise)).clients]
    assert text_of(enterprise.own_charge) == "1137.43 USD"
    left = _cents(enterprise.own_charge) - sum(map(_cents, shares))
    assert _cents(enterprise.unshared_charge) == left
    earned = _cents(enterprise.earnings) + _cents(middle.earnings)
    ends = [(await billing.statement(each, OCTOBER)).subtotal for each in (family.leaf, family.end)]
    assert earned == sum(map(_cents, ends)) - _cents(enterprise.own_charge)


async def test_a_seller_sets_prices_and_sees_them(billing: Billing) -> None:
    enterprise = await billing.a_client(BOUGHT)
    client = billing.directory.add(an_id(), seller_id=enterprise)
    again = a_request_id()

    made = await set_prices(billing, enterprise, client, request_id=again)
    repeated = await set_prices(billing, enterprise, client, request_id=again)

    assert made == repeated
    assert made.name == f"tenants/{enterprise}/clients/{client}/priceBooks/2025-01-01"
    assert list((await books(billing, enterprise, client)).client_price_books) == [made]
    assert (await billing.statement(client, OCTOBER)).total.units == 300


async def test_prices_below_the_sellers_own_are_refused(billing: Billing) -> None:
    """With its own price and nothing of what is behind that."""
    enterprise = await billing.a_client(BOUGHT)
    client = billing.directory.add(an_id(), seller_id=enterprise)

    problem = await refused(set_prices(billing, enterprise, client, {**SOLD, "minute": "0.014"}))

    assert problem.reason == "PRICE_BELOW_COST"
    assert problem.metadata["own_unit_price"] == "0.015"
    assert not {"carrier", "unit_cost", "tenant"} & problem.metadata.keys()


async def test_new_prices_need_the_clients_notice(billing: Billing) -> None:
    enterprise = await billing.a_client(BOUGHT)
    client = billing.directory.add(an_id(), seller_id=enterprise)
    await set_prices(billing, enterprise, client)
    dearer = {**SOLD, "minute": "0.04"}
    soon = billing.clock.now().date()

    problem = await refused(set_prices(billing, enterprise, client, dearer, since=soon))
    made = await set_prices(billing, enterprise, client, dearer, since=date(2027, 5, 1))

    assert problem.reason == "PRICE_NOTICE_TOO_SHORT"
    assert made.effective_date.year == 2027


async def test_only_a_direct_client_is_there(billing: Billing) -> None:
    """A client's client, another's client and nobody are all the same."""
    family, other = await a_family(billing), await billing.a_client()

    for who in (family.end, other, family.enterprise, "nobody-at-all"):
        for call in (
            books(billing, family.enterprise, who),
            set_prices(billing, family.enterprise, who),
        ):
            problem = await refused(call)
            resource = f"tenants/{family.enterprise}/clients/{who}"
            assert (problem.reason, problem.metadata) == (
                "RESOURCE_NOT_FOUND",
                {"resource": resource},
            )


async def test_whoever_sells_nothing_has_no_clients(billing: Billing) -> None:
    tenant_id = await billing.a_client()

    assert not (await clients(billing, tenant_id)).clients
    found = await summary(billing, tenant_id)
    assert text_of(found.charge) == "0.00 USD"
    assert text_of(found.unshared_charge) == text_of(found.own_charge)


async def test_a_client_without_prices_is_told_instead_of_counted(billing: Billing) -> None:
    enterprise = await billing.a_client(BOUGHT)
    client = billing.directory.add(an_id(), seller_id=enterprise)
    billing.clock.advance(minutes=1)

    (found,) = (await clients(billing, enterprise)).clients

    assert found.problem == "PRICE_MISSING"
    assert not found.HasField("charge")
    names = (await summary(billing, enterprise)).clients_without_figures
    assert list(names) == [f"tenants/{enterprise}/clients/{client}"]


async def test_clients_come_in_pages(billing: Billing) -> None:
    family = await a_family(billing)

    first = await clients(billing, family.enterprise, page_size=1)
    last = await clients(billing, family.enterprise, page_size=1, page_token=first.next_page_token)

    names = [each.name.rpartition("/")[2] for each in (*first.clients, *last.clients)]
    assert names == sorted([family.leaf, family.middle])
    assert last.next_page_token == ""


def _cents(money: Any) -> int:
    return int(money.units) * 100 + int(money.nanos) // 10_000_000
