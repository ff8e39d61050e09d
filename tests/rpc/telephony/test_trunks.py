"""Routes come into the dialer's carrier table, and are seen on its hosts, or said to be missing."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.field_mask_pb2 import FieldMask
from google.type import date_pb2

from dev.mariadb import SIMULATOR, MariaDb
from services.telephony.domain.did import Did
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.usecases.trunks import CALLS_MAX, Trunks
from services.telephony.worker.trunk_applier import TrunkApplier
from simulators.dialer.ami import ManagerSimulator, Switch
from simulators.dialer.web_api.database import TableDatabase
from tests.rpc.telephony.test_carriers import OLD
from tests.support.dialer_api import HOST
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import Client, Running, running
from tests.support.tenants_dialer import TenantsDialer, tenants_dialer
from veneer.telephony.v1 import carrier_service_pb2, did_service_pb2, route_service_pb2
from veneer.tenancy.v1 import brand_pb2

Route = route_service_pb2.Route
SECRET = "trunk-s3cret"
MANAGER_SECRET = "ami-s3cret"


@dataclass
class Dialer:
    """A dialer with one host, and a telephony that may write to it."""

    telephony: Running
    made: TenantsDialer
    switch: Switch
    tables: TableDatabase

    @property
    def applier(self) -> TrunkApplier:
        applier = self.telephony.carrier_side.applier
        assert applier is not None
        return applier

    @property
    def trunks(self) -> Trunks:
        trunks = self.telephony.carrier_side.trunks
        assert trunks is not None
        return trunks

    async def look(self, *, generate: bool = True, seconds: int = 61) -> None:
        """Lets time go by, in which the dialer's generator ran, and telephony looked."""
        if generate:
            await self.switch.generate(self.tables, HOST)
        self.telephony.clock.advance(seconds=seconds)
        await self.applier.apply_due()

    async def nothing_waits(self, client: Client) -> None:
        """Waits until what the new route asked of the dialer is done."""
        query = (
            "SELECT 1 FROM outbox WHERE done_time IS NULL AND failed_time IS NULL"
            " AND kind = 'dialer-tenant-routed' AND payload->>'tenant_id' = $1"
        )

        async def is_done() -> bool:
            self.telephony.clock.advance(seconds=1)
            return not await self.made.around.fetch(query, client.tenant_id)

        await eventually(is_done, 20)

    async def state(self, client: Client) -> tuple[str, str]:
        found = await self.route(client)
        return Route.State.Name(found.state), found.state_reason

    async def route(self, client: Client) -> Any:
        request = route_service_pb2.ListRoutesRequest(page_size=500)
        page = await self.telephony.routes.ListRoutes(request, metadata=self.telephony.operator)
        (found,) = [route for route in page.routes if route.code == client.code]
        return found

    async def a_client(self, *, has_number: bool = True, **carrier: Any) -> Client:
        """A client with a campaign, a number, and a route through a carrier of its own."""
        telephony = self.telephony
        client = await telephony.a_client(with_route=False)
        name = f"c-{client.code}"
        fields = {"host": "192.0.2.1", "login_user": "us", "login_secret": SECRET, **carrier}
        await telephony.a_carrier(name, **fields)
        tenant = f"tenants/{client.tenant_id}"
        made = Route(code=client.code, carrier=f"carriers/{name}", tenant=tenant)
        request = route_service_pb2.CreateRouteRequest(route=made, route_id=client.route_id)
        await telephony.routes.CreateRoute(request, metadata=telephony.operator)
        day, number = date(2026, 1, 1), f"1312{uuid.uuid4().int % 10**7:07d}"
        async with telephony.database.operator_transaction() as store:
            code = await store.dialer_tenants.allocate(client.tenant_id)
            await store.dialer_objects.add(client.tenant_id, Kind.CAMPAIGN, code.campaign(1))
            if has_number:
                await store.dids.add(Did(client.tenant_id, number, day, day, telephony.clock.now()))
        return client

    async def row(self, client: Client) -> dict[str, Any] | None:
        async with self.telephony.database.operator_read() as store:
            code = await store.dialer_tenants.get(client.tenant_id)
        columns = "carrier_id, active, globals_string, account_entry, server_ip"
        found = await self.tables.rows(
            f"SELECT {columns} FROM vicidial_server_carriers WHERE carrier_name = %s",  # noqa: S608
            code.neutral,
        )
        return dict(zip(columns.split(", "), found[0], strict=True)) if found else None


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def dialer(mariadb: MariaDb) -> AsyncIterator[Dialer]:
    switch = Switch()
    tables = await TableDatabase.open(mariadb.url(SIMULATOR))
    try:
        async with (
            tenants_dialer(mariadb) as made,
            ManagerSimulator(switch, "cron", MANAGER_SECRET).serving() as port,
        ):
            more = {
                "dialer_managers": f"east/h1=cron:{MANAGER_SECRET}@127.0.0.1:{port}",
                "secrets_key": OLD,
            }
            async with running(made.around, **{**made.settings, **more}) as telephony:
                yield Dialer(telephony, made, switch, tables)
    finally:
        await tables.close()


async def test_a_trunk_is_written_and_seen(dialer: Dialer) -> None:
    """PENDING, APPLIED when it is written, VERIFIED when its host was seen to have it."""
    client = await dialer.a_client()
    columns = await dialer.trunks.ensure(client.tenant_id)
    assert (await dialer.state(client))[0] in ("PENDING", "APPLIED")

    await dialer.look(generate=False, seconds=1)
    row = await dialer.row(client)
    assert row is not None
    assert (row["active"], row["server_ip"]) == ("Y", HOST)
    assert f"password={SECRET}" in row["account_entry"]
    assert (await dialer.state(client))[0] == "APPLIED"

    await dialer.look()

    assert await dialer.state(client) == ("VERIFIED", "")
    assert len(columns["dial_prefix"]) == 4
    assert len(columns["three_way_dial_prefix"]) == 12
    assert columns["dial_prefix"] in dialer.switch.prefixes


async def test_a_limit_of_no_calls_is_none_at_all(dialer: Dialer) -> None:
    """And not, as no limit is, as many as a host can carry."""
    caps = {}
    for limits in (brand_pb2.Limits(max_concurrent_calls=0), brand_pb2.Limits()):
        client = await dialer.a_client()
        dialer.telephony.directory.limits[client.tenant_id] = limits
        dialer.telephony.forget_directory()
        await dialer.trunks.ensure(client.tenant_id)
        await dialer.look(generate=False, seconds=1)
        row = await dialer.row(client)
        assert row is not None
        (cap,) = [line for line in row["globals_string"].split("\n") if "CAP=" in line]
        caps[limits.HasField("max_concurrent_calls")] = cap.strip().partition("=")[2]

    assert caps == {True: "0", False: str(CALLS_MAX)}


async def test_a_trunk_that_does_not_come_up_says_why(dialer: Dialer) -> None:
    """The generator does not run: nobody would notice until somebody calls."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False)
    for _ in range(4):
        await dialer.look(generate=False)

    state, reason = await dialer.state(client)
    assert (state, reason) == ("FAILED", "The host's dialplan is not the one that was written.")

    await dialer.look()
    assert (await dialer.state(client))[0] == "VERIFIED"


async def test_a_carrier_that_does_not_answer_is_seen(dialer: Dialer) -> None:
    """And forgiven as soon as it does."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()
    accounts = {name for name in dialer.switch.accounts if name.endswith("a")}
    dialer.switch.unreachable |= accounts
    dialer.switch.accounts |= dict.fromkeys(accounts, False)

    await dialer.look(generate=False)
    state, reason = await dialer.state(client)
    assert (state, reason) == (
        "FAILED",
        f"The carrier of route code {client.code} does not answer the host.",
    )

    dialer.switch.unreachable.clear()
    dialer.switch.accounts |= dict.fromkeys(accounts, True)
    await dialer.look()
    assert (await dialer.state(client))[0] == "VERIFIED"


async def test_a_suspension_stops_calls_without_a_reload(dialer: Dialer) -> None:
    """The global is set on the host as soon as it is asked for; the row keeps it so."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()
    async with dialer.telephony.database.operator_read() as store:
        code = await store.dialer_tenants.get(client.tenant_id)
    name = f"{code.neutral.upper()}OPEN"
    assert dialer.switch.globals[name] == "1"

    await dialer.trunks.set_open(client.tenant_id, False)
    await dialer.look(generate=False, seconds=1)

    assert dialer.switch.globals[name] == "0"
    row = await dialer.row(client)
    assert row is not None
    assert f"{name}=0" in row["globals_string"]


async def test_a_carriers_new_address_reaches_the_dialer(dialer: Dialer) -> None:
    """The routes through it are applied anew."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()

    carrier = carrier_service_pb2.Carrier(name=f"carriers/c-{client.code}", host="192.0.2.99")
    request = carrier_service_pb2.UpdateCarrierRequest(carrier=carrier)
    await dialer.telephony.carriers.UpdateCarrier(request, metadata=dialer.telephony.operator)
    assert (await dialer.state(client))[0] == "PENDING"
    await dialer.look(generate=False, seconds=1)

    row = await dialer.row(client)
    assert row is not None
    assert "192.0.2.99" in row["account_entry"]
    assert SECRET in row["account_entry"]


async def test_a_carriers_new_password_reaches_its_hosts(dialer: Dialer) -> None:
    """The old one serves until the host has the new one; the row is active all the while."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()
    carrier = carrier_service_pb2.Carrier(name=f"carriers/c-{client.code}", login_secret="an0ther")
    request = carrier_service_pb2.UpdateCarrierRequest(
        carrier=carrier, update_mask=FieldMask(paths=["login_secret"])
    )

    await dialer.telephony.carriers.UpdateCarrier(request, metadata=dialer.telephony.operator)
    before = await dialer.row(client), (await dialer.state(client))[0]
    await dialer.look(generate=False, seconds=1)
    written = await dialer.row(client), (await dialer.state(client))[0]
    await dialer.look()

    assert before[0] is not None
    assert written[0] is not None
    assert (before[0]["active"], written[0]["active"]) == ("Y", "Y")
    assert SECRET in before[0]["account_entry"]
    assert "an0ther" in written[0]["account_entry"]
    assert SECRET not in written[0]["account_entry"]
    assert (before[1], written[1]) == ("PENDING", "APPLIED")
    assert (await dialer.state(client))[0] == "VERIFIED"


async def test_what_is_edited_by_hand_is_put_right(dialer: Dialer) -> None:
    """Somebody has lifted the cap in the dialer's own pages."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()
    row = await dialer.row(client)
    assert row is not None
    key = {"carrier_id": row["carrier_id"]}
    edited = row["globals_string"].replace("CAP=", "CAP=9")
    await dialer.tables.update("vicidial_server_carriers", key, {"globals_string": edited})

    await dialer.look()
    await dialer.look(seconds=1)

    mended = await dialer.row(client)
    assert mended is not None
    assert "CAP=9" not in mended["globals_string"]


async def test_a_number_that_comes_later_is_in_the_entry(dialer: Dialer) -> None:
    """Calls to it are metered like the others'."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()
    day, number = date(2026, 1, 1), f"1312{uuid.uuid4().int % 10**7:07d}"
    async with dialer.telephony.database.operator_transaction() as store:
        now = dialer.telephony.clock.now()
        await store.dids.add(Did(client.tenant_id, number, day, day, now))

    await dialer.look()
    await dialer.look(seconds=1)

    found = await dialer.tables.rows(
        "SELECT 1 FROM vicidial_server_carriers WHERE dialplan_entry LIKE %s", f"%{number}%"
    )
    assert len(found) == 1


async def test_calls_to_a_number_go_to_its_tenants_group(dialer: Dialer) -> None:
    """Active as soon as it was read back, and in the map as the tenant's."""
    client = await dialer.a_client()
    number = f"1312{uuid.uuid4().int % 10**7:07d}"
    did = did_service_pb2.Did(
        phone_number=f"+{number}", start_date=date_pb2.Date(year=2026, month=11, day=1)
    )
    request = did_service_pb2.CreateDidRequest(parent=f"tenants/{client.tenant_id}", did=did)
    await dialer.telephony.dids.CreateDid(request, metadata=dialer.telephony.operator)

    async def rows() -> list[tuple[Any, ...]]:
        query = "SELECT did_active, did_route, group_id FROM vicidial_inbound_dids"
        return await dialer.tables.rows(f"{query} WHERE did_pattern = %s", number)

    async def is_active() -> bool:
        dialer.telephony.clock.advance(seconds=5)
        return [row[0] for row in await rows()] == ["Y"]

    await eventually(is_active)
    async with dialer.telephony.database.operator_read() as store:
        code = await store.dialer_tenants.get(client.tenant_id)
        known = await store.dialer_objects.list(client.tenant_id, [Kind.DID])
    assert await rows() == [("Y", "IN_GROUP", code.in_group)]
    assert [each.object_id for each in known] == [number]


async def test_a_trunk_is_removed_without_a_trace(dialer: Dialer) -> None:
    """Row, map and trunk go when the host was seen without it."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()

    await dialer.nothing_waits(client)
    await dialer.trunks.remove(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    assert await dialer.row(client) is None
    await dialer.look()

    query = "SELECT count(*) FROM trunks WHERE tenant_id = $1"
    (row,) = await dialer.made.around.fetch(query, client.tenant_id)
    assert row["count"] == 0
    async with dialer.telephony.database.operator_read() as store:
        assert await store.dialer_objects.list(client.tenant_id, [Kind.CARRIER]) == []


async def test_a_tenant_without_a_number_cannot_call(dialer: Dialer) -> None:
    """There would be nothing to show to those it calls."""
    client = await dialer.a_client(has_number=False)
    await dialer.trunks.ensure(client.tenant_id)

    await dialer.look(generate=False, seconds=1)

    state, reason = await dialer.state(client)
    assert (state, reason) == ("FAILED", "The tenant has no number to show to those it calls.")


async def test_the_secret_is_in_the_dialer_alone(
    dialer: Dialer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not in the map of its objects, nor in any answer, nor in a log."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    await dialer.look(generate=False, seconds=1)
    await dialer.look()

    kept = await dialer.made.around.fetch("SELECT t::text AS text FROM dialer_objects t")
    assert SECRET not in str([row["text"] for row in kept])
    assert SECRET not in str(await dialer.route(client))
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    assert MANAGER_SECRET not in said.out + said.err
