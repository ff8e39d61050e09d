"""A running telephony for tests, with simulated partners around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import grpc

from services.kit.clock import MovableClock
from services.kit.db.urls import driver_dsn
from services.telephony.__main__ import Telephony
from services.telephony.settings import TelephonySettings
from tests.support.builders.telephony import NOON
from tests.support.mesh import mesh, serving
from tests.support.postgres import ServiceDatabase, service_database
from tests.support.simulators.telephony_partners import Directory, Usage
from veneer.telephony.v1 import (
    did_service_pb2_grpc,
    journal_service_pb2,
    journal_service_pb2_grpc,
    leg_service_pb2_grpc,
    route_service_pb2_grpc,
)

PERMISSIONS = {"routes.read", "routes.write", "legs.read", "legs.write", "dids.read", "dids.write"}
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

    async def fetch(self, query: str, *values: object) -> list[Any]:
        """Looks into the store, past every policy."""
        connection = await asyncpg.connect(driver_dsn(self.database.admin_url))
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()


class Running:
    """One run of telephony, and stubs to it."""

    def __init__(self, around: Around, channel: grpc.aio.Channel, port: int) -> None:
        self.around, self.port = around, port
        self.routes: Any = route_service_pb2_grpc.RouteServiceStub(channel)
        self.legs: Any = leg_service_pb2_grpc.LegServiceStub(channel)
        self.dids: Any = did_service_pb2_grpc.DidServiceStub(channel)
        self.clock, self.usage, self.directory = around.clock, around.usage, around.directory

    @property
    def operator(self) -> Metadata:
        """Metadata of the operator's own calls."""
        return mesh().operator(self.clock, "northgate", PERMISSIONS)

    def client(self, tenant_id: str) -> Metadata:
        """Metadata of a client's calls."""
        return mesh().client(self.clock, tenant_id, {"dids.read"})

    def journals(self) -> Any:
        """The stub that the shipper has."""
        channel = mesh().channel(self.port, "telephony", "shipper")
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
    async with (
        service_database("telephony") as database,
        serving("tenancy", directory.services(), clock) as tenancy_server,
        serving("usage", usage.services(), clock) as usage_server,
    ):
        yield Around(database, clock, directory, usage, tenancy_server.port, usage_server.port)


@asynccontextmanager
async def running(around: Around, **settings: Any) -> AsyncIterator[Running]:
    """Runs telephony with its workers; at the end they are cancelled wherever they are."""
    telephony = Telephony(_settings(around, settings), around.clock)
    try:
        async with serving("telephony", telephony.services, around.clock) as server:
            workers = [asyncio.create_task(worker()) for worker in telephony.workers]
            try:
                yield Running(around, mesh().channel(server.port, "telephony"), server.port)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
    finally:
        for channel in telephony.channels:
            await channel.close()
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
