"""What a tenant's account says is what its dialer does; and its agents are metered."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest_asyncio

from services.kit.db.leases import Leases
from services.telephony.partners.accounts import Accounts
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.partners.directory import Directory
from services.telephony.partners.seat_readings import SeatReadings
from services.telephony.worker.account_gate import AccountGate
from services.telephony.worker.seat_meter import SeatMeter
from tests.support.dialer_clients import Dialing, Tenant, dialer_settings
from tests.support.eventually import eventually
from tests.support.mesh import mesh, serving
from tests.support.simulators.account_gates import AccountGates
from veneer.billing.v1 import account_gate_service_pb2 as gates_pb
from veneer.telephony.v1 import service_state_service_pb2 as states_pb
from veneer.telephony.v1 import service_state_service_pb2_grpc
from veneer.usage.v1 import measurement_service_pb2 as meters

SUSPENDED = (gates_pb.SUSPENDED, "PAYMENT_OVERDUE")
BLOCKED = (gates_pb.OUTBOUND_BLOCKED, "FUNDS_EXHAUSTED")


class Account:
    """A billing that a test scripts, and the worker that asks it."""

    def __init__(self, dialing: Dialing, gates: AccountGates, channel: Any) -> None:
        self.dialing, self.gates = dialing, gates
        db = dialing.telephony.database
        live = LiveTables(dialer_settings(dialing.api)["dialer_database_url"])
        leases = Leases(db, uuid.uuid4().hex)
        self.gate = AccountGate(db, leases, Accounts(channel), live, asyncio.Event())
        self.states: Any = service_state_service_pb2_grpc.ServiceStateServiceStub(
            dialing.telephony.channel
        )

    async def says(self, tenant: Tenant, state: tuple[Any, str]) -> None:
        """Lets the account say something, and the worker ask."""
        self.gates.states[tenant.tenant_id] = state
        await self.gate.check()

    async def state(self, tenant: Tenant) -> tuple[str, str, bool]:
        """Gives state, reason, and whether calls come in."""
        found = await self.states.GetServiceState(
            states_pb.GetServiceStateRequest(name=f"{tenant.parent}/serviceState"),
            metadata=self.dialing.telephony.operator,
        )
        name = states_pb.ServiceState.State.Name(found.state)
        return name, found.reason, found.keep_inbound

    async def set(self, tenant: Tenant, state: Any, reason: str) -> None:
        """Lets the operator say something."""
        request = states_pb.SetServiceStateRequest(
            name=f"{tenant.parent}/serviceState", state=state, reason=reason
        )
        await self.states.SetServiceState(request, metadata=self.dialing.telephony.operator)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def account(dialing: Dialing) -> AsyncIterator[Account]:
    gates = AccountGates()
    async with (
        serving("billing", [gates.service], dialing.telephony.clock) as server,
        mesh().channel(server.port, "billing", "telephony") as channel,
    ):
        yield Account(dialing, gates, channel)


async def test_an_empty_wallet_stops_outbound_calls_and_a_full_one_lets_them_go(
    dialing: Dialing, account: Account
) -> None:
    tenant = await dialing.a_tenant()

    await account.says(tenant, BLOCKED)
    stopped = await account.state(tenant)
    await account.says(tenant, (gates_pb.OPEN, ""))

    assert stopped == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED", True)
    assert (await account.state(tenant))[0] == "ACTIVE"


async def test_paying_does_not_undo_what_the_operator_wants(
    dialing: Dialing, account: Account
) -> None:
    """Nor does the operator's leave make an unpaid client dial."""
    tenant = await dialing.a_tenant()
    await account.says(tenant, BLOCKED)
    await account.set(tenant, states_pb.ServiceState.SUSPENDED, "Abuse")
    await account.says(tenant, (gates_pb.OPEN, ""))
    assert (await account.state(tenant))[:2] == ("SUSPENDED", "Abuse")

    await account.says(tenant, SUSPENDED)
    await account.set(tenant, states_pb.ServiceState.ACTIVE, "Looked into")

    assert (await account.state(tenant))[:2] == ("SUSPENDED", "PAYMENT_OVERDUE")


async def test_while_billing_is_away_everything_stays_as_it_is(
    dialing: Dialing, account: Account
) -> None:
    tenant = await dialing.a_tenant()
    await account.says(tenant, BLOCKED)

    account.gates.is_away = True
    await account.says(tenant, (gates_pb.OPEN, ""))
    account.gates.is_away = False

    assert (await account.state(tenant))[0] == "OUTBOUND_BLOCKED"


async def test_billing_is_told_how_many_calls_are_up(dialing: Dialing, account: Account) -> None:
    tenant = await dialing.a_tenant()
    for number in ("3125550101", "3125550102"):
        dialing.a_live_call(tenant.code.campaign(999), number, "LIVE")

    await account.gate.check()

    assert account.gates.live_calls[tenant.tenant_id] == 2


async def test_agents_are_metered_by_name_and_by_how_many_are_there_at_once(
    dialing: Dialing,
) -> None:
    """The most of a day stays, even if nobody who has seen it is alive."""
    tenant = await dialing.a_tenant()
    for agent_id in ("maria", "noor", "olu"):
        await dialing.an_agent(tenant, agent_id)
    campaign = tenant.code.campaign(999)
    for number in (1, 2):
        dialing.an_agent_session(tenant.code.user(number), campaign, "READY")
    await _metered(dialing)
    dialing.rows("DELETE FROM vicidial_live_agents WHERE user = %s", tenant.code.user(2))
    await _metered(dialing)

    today = dialing.telephony.clock.now().date()
    assert _readings(dialing, tenant, today) == {
        (meters.NAMED_SEATS, "maria"): "1",
        (meters.NAMED_SEATS, "noor"): "1",
        (meters.NAMED_SEATS, "olu"): "1",
        (meters.PEAK_SEATS, "all"): "2",
    }


async def _metered(dialing: Dialing) -> None:
    """Lets a meter that has just been started look."""
    around = dialing.telephony.around
    db = dialing.telephony.database
    async with (
        mesh().channel(around.usage_port, "usage", "telephony") as usage,
        mesh().channel(around.tenancy_port, "tenancy", "telephony") as tenancy,
    ):
        live = LiveTables(dialer_settings(dialing.api)["dialer_database_url"])
        directory, leases = Directory(tenancy), Leases(db, uuid.uuid4().hex)
        meter = SeatMeter(db, leases, directory, SeatReadings(usage), live)
        before = len(around.usage.readings)

        async def looked() -> bool:
            # The running telephony's own meter may be at it just now.
            await meter.meter()
            return bool(before or around.usage.readings)

        await eventually(looked)
        live.close()


def _readings(dialing: Dialing, tenant: Tenant, day: date) -> dict[tuple[int, str], str]:
    """Of seats alone: what is stored is metered by a worker of the service, whenever it looks."""
    seats = (meters.NAMED_SEATS, meters.PEAK_SEATS)
    return {
        (meter, subject): quantity
        for (of, meter, subject, on), quantity in dialing.telephony.usage.readings.items()
        if of == tenant.tenant_id and on == day and meter in seats
    }
