"""Numbers from stock: ordered once, routed, given back, and at rest for a while."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, timedelta
from typing import Any

import grpc
import pytest

from services.kit.rpc.errors import from_rpc_error
from tests.support.dialer_clients import Dialing, Tenant, refusal
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from veneer.telephony.v1 import agent_service_pb2, campaign_service_pb2
from veneer.telephony.v1 import did_service_pb2 as pb
from veneer.telephony.v1 import stock_number_service_pb2 as stock_pb
from veneer.telephony.v1 import stock_number_service_pb2_grpc as stock_rpc

CARRIER = "carriers/acme-voip"


class Stock:
    """The operator's stock, and clients that order from it."""

    def __init__(self, dialing: Dialing) -> None:
        self.dialing = dialing
        self.stub: Any = stock_rpc.StockNumberServiceStub(dialing.telephony.channel)
        self.dids: Any = dialing.telephony.dids

    @property
    def operator(self) -> Any:
        """Metadata of the operator's calls."""
        permissions = {"stock.read", "stock.write", "dids.write"}
        return mesh().operator(self.dialing.telephony.clock, "northgate", permissions)

    def me(self, tenant: Tenant) -> Any:
        """Metadata of a client's calls."""
        permissions = {"dids.read", "dids.order"}
        return mesh().client(self.dialing.telephony.clock, tenant.tenant_id, permissions)

    async def numbers(self, count: int) -> tuple[str, list[str]]:
        """Brings numbers of a prefix of their own; gives that and them."""
        await self.dialing.telephony.a_carrier("acme-voip")
        prefix = f"+1{uuid.uuid4().int % 10**8 + 10**8:09d}"[:10]
        numbers = [f"{prefix}{number:02d}" for number in range(count)]
        request = stock_pb.CreateStockNumbersRequest(carrier=CARRIER, phone_numbers=numbers)
        answer = await self.stub.CreateStockNumbers(request, metadata=self.operator)
        assert answer.created_count == count
        return prefix, numbers

    async def available(self, tenant: Tenant, prefix: str) -> list[str]:
        """What the tenant could order."""
        request = pb.ListAvailableDidsRequest(parent=tenant.parent, prefix=prefix)
        answer = await self.dids.ListAvailableDids(request, metadata=self.me(tenant))
        assert "acme" not in str(answer)
        return [each.phone_number for each in answer.available_dids]

    async def order(self, tenant: Tenant, **asked: str) -> pb.Did:
        """Orders a number."""
        request = pb.OrderDidRequest(parent=tenant.parent, **asked)
        did = await self.dids.OrderDid(request, metadata=self.me(tenant))
        assert isinstance(did, pb.Did)
        return did

    async def route(self, tenant: Tenant, did: pb.Did, target: str) -> pb.Did:
        """Routes a number."""
        request = pb.RouteDidRequest(name=did.name, target=target)
        routed = await self.dids.RouteDid(request, metadata=self.me(tenant))
        assert isinstance(routed, pb.Did)
        return routed

    async def release(self, tenant: Tenant, did: pb.Did) -> pb.Did:
        """Gives a number back."""
        request = pb.ReleaseDidRequest(name=did.name)
        released = await self.dids.ReleaseDid(request, metadata=self.me(tenant))
        assert isinstance(released, pb.Did)
        return released

    async def listed(self, number: str) -> stock_pb.StockNumber:
        """What the operator sees of a number."""
        request = stock_pb.ListStockNumbersRequest(prefix=number)
        answer = await self.stub.ListStockNumbers(request, metadata=self.operator)
        (found,) = answer.stock_numbers
        assert isinstance(found, stock_pb.StockNumber)
        return found

    def row(self, number: str) -> dict[str, Any]:
        """The dialer's row of a number; empty without one."""
        query = "SELECT * FROM vicidial_inbound_dids WHERE did_pattern = %s"
        rows = self.dialing.rows(query, number.removeprefix("+"))
        assert len(rows) <= 1
        return rows[0] if rows else {}

    async def settled(self, number: str, **columns: str) -> dict[str, Any]:
        """Waits for the dialer's row to be like this; for its absence without columns."""
        self.dialing.telephony.clock.advance(seconds=1)

        def is_so() -> bool:
            row = self.row(number)
            if not columns:
                return not row
            return all(str(row.get(name)) == value for name, value in columns.items())

        await eventually(is_so)
        return self.row(number)

    def metered(self, tenant: Tenant, number: str) -> set[date]:
        """The days that the tenant is charged."""
        days = self.dialing.telephony.usage.did_days
        return {day for (t, n, day) in days if (t, n) == (tenant.tenant_id, number)}


@pytest.fixture
def stock(dialing: Dialing) -> Stock:
    return Stock(dialing)


async def test_a_number_is_ordered_and_comes_into_the_dialer(
    dialing: Dialing, stock: Stock
) -> None:
    """Held, and charged, from today on; its calls go to the tenant's own group."""
    tenant = await dialing.a_tenant()
    prefix, numbers = await stock.numbers(3)
    assert await stock.available(tenant, prefix) == numbers

    did = await stock.order(tenant, phone_number=numbers[1])

    assert (did.phone_number, did.target) == (numbers[1], "")
    assert await stock.available(tenant, prefix) == [numbers[0], numbers[2]]
    row = await stock.settled(numbers[1], did_active="Y", did_route="IN_GROUP")
    assert (row["group_id"], row["user_group"]) == (tenant.code.in_group, tenant.code.user_group)
    today = dialing.telephony.clock.now().date()
    await eventually(lambda: stock.metered(tenant, numbers[1]) == {today}, 45)
    found = await stock.listed(numbers[1])
    assert (found.state, found.tenant) == (stock_pb.StockNumber.HELD, tenant.parent)
    taken = await refusal(stock.order(await dialing.a_tenant(), phone_number=numbers[1]))
    assert taken.reason == "NUMBER_NOT_AVAILABLE"


async def test_each_of_ten_numbers_is_ordered_once_by_twenty(
    dialing: Dialing, stock: Stock
) -> None:
    """Of two tenants, at the same moment, by the prefix alone."""
    tenants = [await dialing.a_tenant(), await dialing.a_tenant()]
    prefix, numbers = await stock.numbers(10)

    answers = await asyncio.gather(
        *(stock.order(tenants[each % 2], prefix=prefix) for each in range(20)),
        return_exceptions=True,
    )

    got = sorted(each.phone_number for each in answers if isinstance(each, pb.Did))
    refused = [each for each in answers if isinstance(each, grpc.aio.AioRpcError)]
    assert got == numbers
    assert {from_rpc_error(each).reason for each in refused} == {"NUMBER_NOT_AVAILABLE"}


async def test_a_repeated_order_gets_the_number_of_the_first(
    dialing: Dialing, stock: Stock
) -> None:
    """And the limit of numbers counts those that were ordered."""
    tenant = await dialing.a_tenant(max_dids=3)
    prefix, _ = await stock.numbers(5)
    asked = {"prefix": prefix, "request_id": str(uuid.uuid4())}

    first, again = await stock.order(tenant, **asked), await stock.order(tenant, **asked)

    assert first == again
    answers = await asyncio.gather(
        *(stock.order(tenant, prefix=prefix) for _ in range(4)), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, grpc.aio.AioRpcError)]
    assert {from_rpc_error(each).reason for each in refused} == {"QUOTA_EXCEEDED"}
    assert len(refused) == 3


async def test_calls_go_where_the_client_says(dialing: Dialing, stock: Stock) -> None:
    """To an agent, as calls of a campaign, and back to whoever takes calls."""
    tenant = await dialing.a_tenant()
    prefix, (number,) = await stock.numbers(1)
    did = await stock.order(tenant, prefix=prefix)
    agent, campaign = await dialing.an_agent(tenant), await dialing.a_campaign(tenant)

    routed = await stock.route(tenant, did, agent.name)

    assert routed.target == agent.name
    row = await stock.settled(number, did_route="AGENT", did_active="Y")
    assert row["user"] == tenant.code.user(1)
    # Never the group that all tenants share.
    assert row["user_route_settings_ingroup"] == row["group_id"] == tenant.code.in_group
    assert row["user_unavailable_action"] == "IN_GROUP"
    await stock.route(tenant, did, campaign.name)
    number_of = tenant.code.campaign(1)
    await stock.settled(number, did_route="IN_GROUP", campaign_id=number_of, did_active="Y")
    assert (await stock.route(tenant, did, "")).target == ""


async def test_nothing_is_routed_to_what_takes_no_calls(dialing: Dialing, stock: Stock) -> None:
    """Nor to another tenant's, which looks like none at all."""
    tenant, other = await dialing.a_tenant(), await dialing.a_tenant()
    prefix, _ = await stock.numbers(1)
    did = await stock.order(tenant, prefix=prefix)
    foreign, own = await dialing.an_agent(other), await dialing.an_agent(tenant, "own")
    off = agent_service_pb2.DeactivateAgentRequest(name=own.name)
    await dialing.agents.DeactivateAgent(off, metadata=tenant.me)

    async def reason(who: Tenant, target: str) -> str:
        return (await refusal(stock.route(who, did, target))).reason

    assert await reason(tenant, foreign.name) == "RESOURCE_NOT_FOUND"
    assert await reason(tenant, f"{tenant.parent}/campaigns/none") == "RESOURCE_NOT_FOUND"
    assert await reason(tenant, own.name) == "DID_TARGET_OVER"
    assert await reason(tenant, "agents") == "INVALID_REQUEST"
    assert await reason(other, "") == "RESOURCE_NOT_FOUND"


async def test_a_released_number_rests_before_somebody_else_has_it(
    dialing: Dialing, stock: Stock
) -> None:
    """Today is charged still; its row is gone; the days of the two holders do not mix."""
    tenant, other = await dialing.a_tenant(), await dialing.a_tenant()
    prefix, (number,) = await stock.numbers(1)
    did = await stock.order(tenant, prefix=prefix)
    await stock.settled(number, did_active="Y")
    today = dialing.telephony.clock.now().date()

    released = await stock.release(tenant, did)

    tomorrow = today + timedelta(days=1)
    end = released.end_date
    assert date(end.year, end.month, end.day) == tomorrow
    assert await stock.release(tenant, did) == released
    await stock.settled(number)
    await eventually(lambda: stock.metered(tenant, number) == {today}, 45)
    found = await stock.listed(number)
    assert (found.state, found.tenant) == (stock_pb.StockNumber.QUARANTINED, "")
    late = await refusal(stock.order(other, phone_number=number))
    assert late.reason == "NUMBER_NOT_AVAILABLE"

    dialing.telephony.clock.advance(days=31)
    again = await stock.order(other, phone_number=number)

    start = again.start_date
    began = date(start.year, start.month, start.day)
    assert began == today + timedelta(days=31)
    await stock.settled(number, group_id=other.code.in_group, did_active="Y")
    await eventually(lambda: stock.metered(other, number) == {began}, 45)
    assert stock.metered(tenant, number) == {today}


async def test_a_tenant_may_have_its_old_number_again(dialing: Dialing, stock: Stock) -> None:
    """After the rest, and routed anew."""
    tenant = await dialing.a_tenant()
    prefix, (number,) = await stock.numbers(1)
    did = await stock.order(tenant, prefix=prefix)
    day = dialing.telephony.clock.now().date()
    await stock.release(tenant, did)
    await eventually(lambda: stock.metered(tenant, number) == {day}, 45)
    dialing.telephony.clock.advance(days=31)

    again = await stock.order(tenant, phone_number=number)

    assert (again.name, again.HasField("end_date")) == (did.name, False)
    await eventually(lambda: stock.metered(tenant, number) == {day, day + timedelta(days=31)}, 45)


async def test_a_number_that_calls_show_stays(dialing: Dialing, stock: Stock) -> None:
    """Until no campaign shows it; and the last one stays while the tenant dials."""
    tenant = await dialing.a_tenant()
    prefix, (number,) = await stock.numbers(1)
    did = await stock.order(tenant, prefix=prefix)
    campaign = await dialing.a_campaign(tenant, caller_number=number)

    assert (await refusal(stock.release(tenant, did))).reason == "NUMBER_IN_USE"

    request = campaign_service_pb2.ArchiveCampaignRequest(name=campaign.name)
    await dialing.campaigns.ArchiveCampaign(request, metadata=tenant.me)
    await stock.release(tenant, did)
    first = pb.Did(name=f"{tenant.parent}/dids/{tenant.number.removeprefix('+')}")
    assert (await refusal(stock.release(tenant, first))).reason == "NUMBER_IN_USE"


async def test_the_stock_is_the_operators(dialing: Dialing, stock: Stock) -> None:
    """Brought twice it is there once; what is held stays; no client sees it."""
    tenant = await dialing.a_tenant()
    prefix, numbers = await stock.numbers(2)
    again = stock_pb.CreateStockNumbersRequest(carrier=CARRIER, phone_numbers=numbers)
    answer = await stock.stub.CreateStockNumbers(again, metadata=stock.operator)
    assert answer.created_count == 0
    await stock.order(tenant, phone_number=numbers[0])

    def delete(number: str) -> Any:
        name = f"stockNumbers/{number.removeprefix('+')}"
        request = stock_pb.DeleteStockNumberRequest(name=name)
        return stock.stub.DeleteStockNumber(request, metadata=stock.operator)

    assert (await refusal(delete(numbers[0]))).reason == "NUMBER_HELD"
    await delete(numbers[1])
    assert (await refusal(delete(numbers[1]))).reason == "RESOURCE_NOT_FOUND"
    assert await stock.available(tenant, prefix) == []
    again.carrier = "carriers/none"
    unknown = stock.stub.CreateStockNumbers(again, metadata=stock.operator)
    assert (await refusal(unknown)).reason == "RESOURCE_NOT_FOUND"
    listing = stock.stub.ListStockNumbers(
        stock_pb.ListStockNumbersRequest(), metadata=stock.me(tenant)
    )
    assert (await refusal(listing)).reason == "PERMISSION_MISSING"
