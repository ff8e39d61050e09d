"""A telephony that writes to a dialer: a real MariaDB and the web API's simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from dev.mariadb import READER, SIMULATOR, VIEW_MAKER, WRITER, MariaDb
from simulators.dialer.tables.connection import connect
from tests.support.dialer_api import HOST, DialerApi, dialer_api
from tests.support.eventually import eventually
from tests.support.telephony import Around, Running, surroundings
from veneer.telephony.v1 import (
    drift_service_pb2_grpc,
    provisioning_service_pb2,
    provisioning_service_pb2_grpc,
    service_state_service_pb2_grpc,
    sql_access_service_pb2_grpc,
)

Run = provisioning_service_pb2.ProvisioningRun


@dataclass(frozen=True, slots=True)
class TenantsDialer:
    """A dialer for tests: its page, its tables, and a telephony's surroundings."""

    around: Around
    api: DialerApi
    mariadb: MariaDb

    @property
    def settings(self) -> dict[str, str]:
        """What telephony is told of the dialer."""
        return {
            "dialer_database_url": self.mariadb.url(READER),
            "dialer_admin_database_url": self.mariadb.url(WRITER),
            "dialer_views_database_url": self.mariadb.url(VIEW_MAKER),
            "dialer_api_url": self.api.url,
            "dialer_api_user": self.api.user,
            "dialer_api_password": self.api.password,
            "dialer_hosts": f"east/h1={HOST}",
        }

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Asks or changes the dialer's tables, as its own programs do."""
        with connect(self.mariadb.url(SIMULATOR)) as connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    def mentions(self, *texts: str) -> dict[str, int]:
        """Counts the rows of every table of which any column holds one of the texts."""
        found = {}
        columns: dict[str, list[str]] = {}
        for table, column in self.ask(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = DATABASE()"
        ):
            columns.setdefault(table, []).append(column)
        with connect(self.mariadb.url(SIMULATOR)) as connection, connection.cursor() as cursor:
            for table, names in columns.items():
                whole = ", ".join(f"IFNULL(`{name}`, '')" for name in names)
                where = " OR ".join([f"CONCAT_WS('|', {whole}) LIKE %s"] * len(texts))
                query = f"SELECT COUNT(*) FROM `{table}` WHERE {where}"  # noqa: S608
                cursor.execute(query, [f"%{text}%" for text in texts])
                if count := cursor.fetchall()[0][0]:
                    found[table] = int(count)
        return found


@asynccontextmanager
async def tenants_dialer(mariadb: MariaDb) -> AsyncIterator[TenantsDialer]:
    """Runs all of it but telephony."""
    async with surroundings() as around, dialer_api(mariadb) as api:
        yield TenantsDialer(around, api, mariadb)


class Tenants:
    """Calls of the operator's to one running telephony."""

    def __init__(self, telephony: Running) -> None:
        self.telephony = telephony
        channel = telephony.channel
        self.runs: Any = provisioning_service_pb2_grpc.ProvisioningServiceStub(channel)
        self.states: Any = service_state_service_pb2_grpc.ServiceStateServiceStub(channel)
        self.sql: Any = sql_access_service_pb2_grpc.SqlAccessServiceStub(channel)
        self.drifts: Any = drift_service_pb2_grpc.DriftServiceStub(channel)

    async def begin(self, tenant_id: str, request_id: str = "", **setup: Any) -> Run:
        """Begins a run for a tenant."""
        values = {"campaign_name": "Spring offer", **setup}
        request = provisioning_service_pb2.CreateProvisioningRunRequest(
            parent=f"tenants/{tenant_id}",
            provisioning_run=Run(setup=Run.Setup(**values)),
            request_id=request_id,
        )
        answer: Run = await self.runs.CreateProvisioningRun(
            request, metadata=self.telephony.operator
        )
        return answer

    async def get(self, name: str) -> Run:
        """Gives a run as it stands."""
        request = provisioning_service_pb2.GetProvisioningRunRequest(name=name)
        answer: Run = await self.runs.GetProvisioningRun(request, metadata=self.telephony.operator)
        return answer

    async def ended(self, name: str, seconds: float = 20) -> Run:
        """Gives the run when it no longer goes on by itself."""

        async def is_over() -> bool:
            return (await self.get(name)).state not in (Run.RUNNING, Run.UNDOING)

        await eventually(is_over, seconds)
        return await self.get(name)

    async def driven(self, name: str) -> Run:
        """Gives the run when it is over; whenever it waits, time goes on."""

        async def is_over() -> bool:
            run = await self.get(name)
            clock = self.telephony.clock
            if run.next_attempt_time.ToDatetime(clock.now().tzinfo) > clock.now():
                clock.advance(minutes=6)
            return run.state not in (Run.RUNNING, Run.UNDOING)

        await eventually(is_over, 30)
        return await self.get(name)

    async def undo(self, name: str) -> Run:
        """Has the run undone, and waits for it."""
        request = provisioning_service_pb2.UndoProvisioningRunRequest(name=name)
        await self.runs.UndoProvisioningRun(request, metadata=self.telephony.operator)
        return await self.ended(name)

    async def provisioned(self, tenant_id: str, **setup: Any) -> Run:
        """Provisions a tenant, and waits for it."""
        return await self.ended((await self.begin(tenant_id, **setup)).name)
