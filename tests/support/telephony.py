"""A running telephony for tests, with simulated partners around it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
import grpc

from services.kit.clock import MovableClock
from services.kit.db.transaction import Database
from services.kit.db.urls import driver_dsn
from services.kit.process import end_all
from services.telephony.__main__ import Telephony
from services.telephony.assembly_of_carriers import CarrierSide
from services.telephony.settings import TelephonySettings
from services.telephony.store import TelephonyStore
from tests.support.builders.telephony import NOON
from tests.support.mesh import mesh, serving
from tests.support.postgres import ServiceDatabase, service_database
from tests.support.simulators.audit_intake import AuditIntakeSimulator
from tests.support.simulators.telephony_partners import Directory, Usage
from veneer.telephony.v1 import (
    carrier_service_pb2,
    carrier_service_pb2_grpc,
    did_service_pb2_grpc,
    journal_service_pb2,
    journal_service_pb2_grpc,
    leg_service_pb2_grpc,
    route_service_pb2,
    route_service_pb2_grpc,
)

PERMISSIONS = {
    "carriers.read",
    "carriers.write",
    "dids.read",
    "dids.write",
    "legs.read",
    "legs.write",
    "provisioning.read",
    "provisioning.write",
    "reconciliations.read",
    "routes.read",
    "routes.write",
}
Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What outlives one run of telephony: its store, its partners, the time."""

    database: ServiceDatabase
    clock: MovableClock
    directory: Directory
    usage: Usage
    tenancy_port: int
    usage_port: int
    audit: AuditIntakeSimulator

    async def fetch(self, query: str, *values: object) -> list[Any]:
        """Looks into the store, past every policy."""
        connection = await asyncpg.connect(driver_dsn(self.database.admin_url))
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Client:
    """A tenant, its route and a host where nobody else dials."""

    tenant_id: str
    route_id: str
    code: str
    host: str


class Running:
    """One run of telephony, and stubs to it."""

    def __init__(self, around: Around, telephony: Telephony, port: int) -> None:
        self.around, self.port, self._telephony = around, port, telephony
        self.channel = channel = mesh().channel(port, "telephony")
        self.carriers: Any = carrier_service_pb2_grpc.CarrierServiceStub(channel)
        self.routes: Any = route_service_pb2_grpc.RouteServiceStub(channel)
        self.legs: Any = leg_service_pb2_grpc.LegServiceStub(channel)
        self.dids: Any = did_service_pb2_grpc.DidServiceStub(channel)
        self.clock, self.usage, self.directory = around.clock, around.usage, around.directory

    def forget_directory(self) -> None:
        """Lets telephony ask tenancy anew, as it does by itself after a minute."""
        self._telephony.directory.forget()

    def wake_meter(self) -> None:
        """Lets telephony look for days to meter, as it does by itself every 20 seconds."""
        self._telephony.dids_came.set()

    @property
    def carrier_side(self) -> CarrierSide:
        """What applies trunks, and what asks for them."""
        return self._telephony.carriers

    @property
    def database(self) -> Database[TelephonyStore]:
        """telephony's own way to its store."""
        return self._telephony.db

    async def close_open_legs(self) -> None:
        """Lets telephony look for legs that are over, as it does by itself every 15 seconds."""
        await self._telephony.open_leg_closer.close()

    @property
    def operator(self) -> Metadata:
        """Metadata of the operator's own calls."""
        return mesh().operator(self.clock, "northgate", PERMISSIONS)

    def client(self, tenant_id: str) -> Metadata:
        """Metadata of a client's calls."""
        return mesh().client(self.clock, tenant_id, {"dids.read"})

    async def a_client(self, zone: str = "America/New_York", with_route: bool = True) -> Client:
        """Makes a client of its own, with a route of its own unless told otherwise."""
        unique = uuid.uuid4().hex[:10]
        client = Client(f"t-{unique}", f"r-{unique}", unique, f"host-{unique}")
        self.directory.zones[client.tenant_id] = zone
        if with_route:
            await self.a_route(client, client.tenant_id)
        return client

    async def a_route(self, client: Client, tenant_id: str | None) -> None:
        """Creates the client's route as this tenant's, or as nobody's."""
        tenant = f"tenants/{tenant_id}" if tenant_id else ""
        await self.a_carrier("acme-voip")
        route = route_service_pb2.Route(
            code=client.code, carrier="carriers/acme-voip", tenant=tenant
        )
        request = route_service_pb2.CreateRouteRequest(route=route, route_id=client.route_id)
        await self.routes.CreateRoute(request, metadata=self.operator)

    async def a_carrier(self, carrier_id: str, **fields: Any) -> None:
        """Creates a carrier, if it is not there."""
        carrier = carrier_service_pb2.Carrier(**fields)
        request = carrier_service_pb2.CreateCarrierRequest(carrier=carrier, carrier_id=carrier_id)
        with suppress(grpc.aio.AioRpcError):
            await self.carriers.CreateCarrier(request, metadata=self.operator)

    async def quarantined(self, host: str) -> list[Any]:
        """The host's lines that were put aside, in order."""
        return await self.around.fetch(
            "SELECT * FROM quarantined_lines WHERE host = $1 ORDER BY line_number", host
        )

    def journals(self, identity: str = "shipper") -> Any:
        """The stub that the shipper has, or that another service would have."""
        channel = mesh().channel(self.port, "telephony", identity)
        return journal_service_pb2_grpc.JournalServiceStub(channel)

    async def ship(self, *chunks: tuple[int, bytes], **where: str) -> list[int]:
        """Ships chunks (offset, lines) over one stream; gives the cursor after each."""
        journal = {"cluster": "east", "host": "h1", "file": "legs-20261102.journal", **where}
        requests = [
            journal_service_pb2.ShipLinesRequest(**journal, offset=offset, lines=lines)
            for offset, lines in chunks
        ]
        answers = self.journals().ShipLines(iter(requests))
        return [answer.cursor.offset async for answer in answers]


@asynccontextmanager
async def surroundings() -> AsyncIterator[Around]:
    """Makes a store and runs the partners."""
    clock, directory, usage = MovableClock(NOON), Directory(), Usage()
    audit = AuditIntakeSimulator()
    async with (
        service_database("telephony") as database,
        serving("tenancy", [*directory.services(), audit.service], clock) as tenancy_server,
        serving("usage", usage.services(), clock) as usage_server,
    ):
        yield Around(
            database, clock, directory, usage, tenancy_server.port, usage_server.port, audit
        )


@asynccontextmanager
async def running(around: Around, **settings: Any) -> AsyncIterator[Running]:
    """Runs telephony with its workers; at the end they are cancelled wherever they are."""
    telephony = Telephony(_settings(around, settings), around.clock)
    try:
        async with serving("telephony", telephony.services, around.clock) as server:
            workers = [asyncio.create_task(worker()) for worker in telephony.workers]
            try:
                yield Running(around, telephony, server.port)
            finally:
                await end_all(workers)
    finally:
        for channel in telephony.channels:
            await channel.close()
        await telephony.dialer.close()
        await telephony.tenants.close()
        await telephony.leads.close()
        await telephony.db.dispose()


def _settings(around: Around, more: dict[str, Any]) -> TelephonySettings:
    values: dict[str, Any] = {
        "listen": "127.0.0.1:0",
        "VENEER_CERTIFICATES": mesh().certificates,
        "VENEER_PRINCIPAL_PUBLIC_KEY": mesh().public_key,
        "database_url": around.database.service_url,
        "tenancy_address": f"127.0.0.1:{around.tenancy_port}",
        "usage_address": f"127.0.0.1:{around.usage_port}",
    }
    return TelephonySettings(**{**values, **more})
