"""Each tenant's days against the dialer's own tables, as the operator sees them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from dev.mariadb import MariaDb
from services.telephony.domain.provisioning.objects import Kind
from tests.support.builders.telephony import a_leg_at
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import Client, Running, running
from tests.support.tenants_dialer import TenantsDialer, tenants_dialer
from veneer.telephony.v1 import reconciliation_service_pb2 as pb
from veneer.telephony.v1 import reconciliation_service_pb2_grpc as rpc

CALLS = 20


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def dialer(mariadb: MariaDb) -> AsyncIterator[TenantsDialer]:
    async with tenants_dialer(mariadb) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def telephony(dialer: TenantsDialer) -> AsyncIterator[Running]:
    async with running(dialer.around, **dialer.settings) as started:
        yield started


async def a_day(telephony: Running, dialer: TenantsDialer) -> tuple[Client, str, int]:
    """A client's calls of yesterday noon, in its journal and in the dialer's tables alike."""
    client = await telephony.a_client("UTC")
    async with telephony.database.operator_transaction() as store:
        code = await store.dialer_tenants.allocate(client.tenant_id)
        await store.dialer_objects.add(client.tenant_id, Kind.CAMPAIGN, code.campaign(1))
    yesterday = telephony.clock.now().replace(hour=12) - timedelta(days=1)
    noon, lines = int(yesterday.timestamp()), b""
    for number in range(CALLS):
        line = a_leg_at(noon + number, route=client.code)
        line = replace(line, code=f"V{uuid.uuid4().int % 10**19:019d}")
        lines += line.bytes()
        a_row(dialer, line.uniqueid, line.code, code.campaign(1), noon + number + 10)
    await telephony.ship((0, lines), host=client.host)
    await eventually(lambda: len(telephony.usage.calls(client.tenant_id)) == CALLS)
    return client, code.campaign(1), noon


def a_row(dialer: TenantsDialer, uniqueid: str, code: str, campaign: str, at: int) -> None:
    """What the dialer keeps of an answered call of a minute."""
    when = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
    dialer.ask(
        "INSERT INTO vicidial_log (uniqueid, campaign_id, call_date, start_epoch, end_epoch,"
        " length_in_sec, status, user) VALUES (%s, %s, %s, %s, %s, 60, 'SALE', 'kim')",
        uniqueid, campaign, when, at, at + 60,
    )  # fmt: skip
    dialer.ask(
        "INSERT INTO vicidial_log_extended (uniqueid, call_date, caller_code) VALUES (%s, %s, %s)",
        uniqueid, when, code,
    )  # fmt: skip


async def shown(
    telephony: Running, client: Client, *, drifts_only: bool = False
) -> list[pb.Reconciliation]:
    assert telephony.carrier_side.reconciler is not None
    await telephony.carrier_side.reconciler.reconcile_all()
    stub = rpc.ReconciliationServiceStub(telephony.channel)
    request = pb.ListReconciliationsRequest(
        tenant=f"tenants/{client.tenant_id}", drifts_only=drifts_only
    )
    page = await stub.ListReconciliations(request, metadata=telephony.operator)
    return list(page.reconciliations)


async def test_days_are_listed_with_what_both_sides_say(
    telephony: Running, dialer: TenantsDialer
) -> None:
    """The last three complete ones, latest first."""
    client, _, _ = await a_day(telephony, dialer)

    days = await shown(telephony, client)

    assert len(days) == 3
    latest = days[0]
    assert (latest.journal_call_count, latest.table_call_count) == (CALLS, CALLS)
    assert (latest.matched_call_count, latest.journal_seconds) == (CALLS, CALLS * 60)
    assert [day.drift_reason for day in days] == ["", "", ""]
    assert await shown(telephony, client, drifts_only=True) == []


async def test_calls_past_our_meter_are_found(telephony: Running, dialer: TenantsDialer) -> None:
    """Seeded: the campaign was given somebody else's prefix for five calls."""
    client, campaign, noon = await a_day(telephony, dialer)
    for number in range(5):
        at = noon + 3600 + number
        a_row(dialer, f"{at}.{uuid.uuid4().int % 10**6}", f"V9{number:018d}", campaign, at)

    (day,) = await shown(telephony, client, drifts_only=True)

    assert (day.table_only_call_count, day.journal_only_call_count) == (5, 0)
    assert day.drift_reason == "The dialer has calls that no journal has."


async def test_another_tenants_calls_are_not_looked_at(
    telephony: Running, dialer: TenantsDialer
) -> None:
    """Each is compared with its own campaigns alone."""
    one, _, _ = await a_day(telephony, dialer)
    await a_day(telephony, dialer)

    assert (await shown(telephony, one))[0].table_call_count == CALLS
