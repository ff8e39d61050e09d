"""ProfitAndLossService: what months came to, and what they would come to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money

from tests.support.billing import Billing, a_date, refused, text_of
from tests.support.builders.billing import COSTS, PRICES
from tests.support.golden import golden
from veneer.billing.v1 import overhead_book_service_pb2, price_pb2, profit_and_loss_service_pb2

AT_25 = golden("cost_structure_at_25_clients")
OCTOBER = "2025-10"
Projection = profit_and_loss_service_pb2.ComputeProjectionRequest


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def costs(own_billing: Billing) -> None:
    """The seed's costs from January 2025 on, a set-up for 200."""
    await own_billing.set_costs({**COSTS, "setup": "200"})


def usd(units: str) -> Money:
    return Money(currency_code="USD", units=int(units))


def fixed_costs() -> list[overhead_book_service_pb2.FixedCost]:
    """The seed's, without their sum."""
    named = {name: cost for name, cost in AT_25["fixed"].items() if name != "total"}
    return [
        overhead_book_service_pb2.FixedCost(display_name=name, monthly_cost=usd(cost))
        for name, cost in named.items()
    ]


def staff() -> overhead_book_service_pb2.SupportStaff:
    of = AT_25["support"]
    return overhead_book_service_pb2.SupportStaff(
        clients_per_person=of["clients_per_person"], cost_per_person=usd(of["cost_per_person"])
    )


async def set_overheads(billing: Billing, since: date) -> Any:
    book = overhead_book_service_pb2.OverheadBook(
        effective_date=a_date(since), fixed_costs=fixed_costs(), support_staff=staff()
    )
    request = overhead_book_service_pb2.CreateOverheadBookRequest(overhead_book=book)
    return await billing.costs.overheads.CreateOverheadBook(request, metadata=billing.operator)


async def profit_and_loss(billing: Billing, month: str = OCTOBER) -> Any:
    request = profit_and_loss_service_pb2.GetProfitAndLossRequest(name=f"profitAndLosses/{month}")
    return await billing.costs.months.GetProfitAndLoss(request, metadata=billing.operator)


async def test_a_month_without_overheads_is_not_told(own_billing: Billing) -> None:
    """They are not guessed to be nothing."""
    assert (await refused(profit_and_loss(own_billing, "2025-01"))).reason == "COST_MISSING"


async def test_a_month_adds_up_over_its_clients(own_billing: Billing) -> None:
    """The seed's example client, one like it, and one that cannot be told."""
    await set_overheads(own_billing, date(2025, 2, 1))
    for _ in range(2):
        tenant_id = await own_billing.a_client()
        own_billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=60, count=100_000)
        own_billing.usage.store_support(tenant_id, date(2025, 10, 6), "5")
    untold = await own_billing.a_client({"platform": "500"})
    own_billing.usage.store_calls(untold, date(2025, 10, 1), seconds=60)
    own_billing.clock.advance(minutes=1)

    told = await profit_and_loss(own_billing)

    assert [
        (line.item, text_of(line.revenue), text_of(line.variable_cost)) for line in told.lines
    ] == [
        (price_pb2.PLATFORM_LICENSE, "1000.00 USD", "0.00 USD"),
        (price_pb2.MINUTES, "5000.00 USD", "2000.00 USD"),
        (price_pb2.SUPPORT_HOURS, "1000.00 USD", "0.00 USD"),
    ]
    assert text_of(told.revenue) == "7000.00 USD"
    assert text_of(told.fixed_cost) == "3800.00 USD"
    assert (told.client_count, told.support_person_count) == (3, 1)
    assert text_of(told.cost) == "9800.00 USD"
    assert text_of(told.profit) == "-2800.00 USD"
    assert told.margin_percent.value == "-40"
    assert [(each.tenant, each.reason) for each in told.problems] == [
        (f"tenants/{untold}", "PRICE_MISSING")
    ]


async def test_there_is_one_overhead_book_of_a_date(own_billing: Billing) -> None:
    """And they are listed, latest first."""
    await set_overheads(own_billing, date(2030, 1, 1))

    again = await refused(set_overheads(own_billing, date(2030, 1, 1)))

    assert again.reason == "OVERHEAD_BOOK_OVERLAPS"
    request = overhead_book_service_pb2.ListOverheadBooksRequest(page_size=1)
    page = await own_billing.costs.overheads.ListOverheadBooks(
        request, metadata=own_billing.operator
    )
    assert [book.name for book in page.overhead_books] == ["overheadBooks/2030-01-01"]
    assert page.overhead_books[0].fixed_costs[0].display_name == "vicidial_servers"
    assert page.next_page_token


def at_25_clients() -> Projection:
    each = AT_25["per_client"]
    uses = [
        (price_pb2.MINUTES, each["minutes"], each["minute_cost"]),
        (price_pb2.DIDS, each["dids"], each["did_cost"]),
        (price_pb2.DATA_GIGABYTES, each["storage_gb"], each["gb_cost"]),
    ]
    return Projection(
        client_count=25,
        revenue_per_client=usd("4000"),
        fixed_costs=fixed_costs(),
        support_staff=staff(),
        client_uses=[
            Projection.UnitUse(
                item=item,
                quantity=WireDecimal(value=str(quantity)),
                unit_cost=WireDecimal(value=cost),
            )
            for item, quantity, cost in uses
        ],
    )


async def test_the_seeds_cost_structure_can_be_projected(own_billing: Billing) -> None:
    """To the cent."""
    found = await own_billing.costs.months.ComputeProjection(
        at_25_clients(), metadata=own_billing.operator
    )

    assert text_of(found.variable_cost_per_client) == f"{AT_25['per_client']['total']} USD"
    assert text_of(found.cost) == f"{AT_25['total']} USD"
    assert text_of(found.revenue) == f"{AT_25['revenue']} USD"
    assert text_of(found.profit) == f"{AT_25['profit']} USD"
    assert found.support_person_count == AT_25["support"]["people"]
    assert found.margin_percent.value == "75.4"


@pytest.mark.parametrize("projection", golden("projections").values(), ids=golden("projections"))
async def test_the_seeds_projections_can_be_projected(
    own_billing: Billing, projection: dict[str, Any]
) -> None:
    """From their costs as a whole."""
    request = Projection(
        client_count=projection["clients"],
        revenue_per_client=usd(projection["revenue_per_client"]),
        fixed_costs=[
            overhead_book_service_pb2.FixedCost(
                display_name="all", monthly_cost=usd(projection["costs"])
            )
        ],
    )

    found = await own_billing.costs.months.ComputeProjection(request, metadata=own_billing.operator)

    assert text_of(found.profit) == f"{projection['profit']}.00 USD"


async def test_a_projection_that_makes_no_sense_is_refused(own_billing: Billing) -> None:
    """Nobody, and a cost in another currency."""
    request = at_25_clients()
    request.client_count = -1
    request.client_uses[0].unit_cost.value = "-1"

    call = own_billing.costs.months.ComputeProjection(request, metadata=own_billing.operator)

    assert (await refused(call)).reason == "INVALID_REQUEST"


async def test_the_seeds_unit_economics_come_out_of_the_books(own_billing: Billing) -> None:
    """All of them, set-up included."""
    tenant_id = await own_billing.a_client({**PRICES, "setup": "1500"})
    request = profit_and_loss_service_pb2.ComputeUnitEconomicsRequest(parent=f"tenants/{tenant_id}")

    answer = await own_billing.costs.months.ComputeUnitEconomics(
        request, metadata=own_billing.operator
    )

    found = {price_pb2.Item.Name(unit.item): unit for unit in answer.units}
    names = {
        "minute": "MINUTES",
        "did": "DIDS",
        "platform": "PLATFORM_LICENSE",
        "data_gb": "DATA_GIGABYTES",
        "setup": "SETUP_FEE",
    }
    for name, unit in golden("unit_economics").items():
        told = found[names[name]]
        assert told.unit_price.value == unit["price"]
        assert float(told.profit.value) == float(unit["profit"])
        assert told.markup_percent.value == unit.get("markup_percent", told.markup_percent.value)
