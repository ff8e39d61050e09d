"""A telephony beside a dialer that can be changed, and tenants that have something in it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import grpc
import pymysql
import pytest

from dev.mariadb import READER, SIMULATOR, WRITER
from services.kit.db.engine import create_database
from services.kit.rpc.errors import RpcProblem, from_rpc_error
from services.telephony.domain.did import Did
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.store import TelephonyStore
from simulators.dialer.tables.connection import connect
from tests.support.dialer_api import HOST, DialerApi
from tests.support.mesh import mesh
from tests.support.telephony import Metadata, Running
from veneer.telephony.v1 import (
    agent_service_pb2,
    agent_service_pb2_grpc,
    campaign_service_pb2,
    campaign_service_pb2_grpc,
    live_call_service_pb2_grpc,
    report_service_pb2_grpc,
)
from veneer.tenancy.v1 import brand_pb2

PERMISSIONS = {
    "agents.read", "agents.write", "calls.read", "campaigns.read", "campaigns.write",
    "reports.read",
}  # fmt: skip


def dialer_settings(api: DialerApi) -> dict[str, str]:
    """How telephony reaches this dialer."""
    return {
        "dialer_hosts": f"east/host-1={HOST}",
        "dialer_database_url": api.database.url(READER),
        "dialer_admin_database_url": api.database.url(WRITER),
        "dialer_api_url": api.url,
        "dialer_api_user": api.user,
        "dialer_api_password": api.password,
    }


async def refusal(call: Any) -> RpcProblem:
    """What a call is refused with."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return from_rpc_error(refused.value)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant with a user group and a first campaign in the dialer, and one number."""

    tenant_id: str
    code: TenantCode
    number: str
    me: Metadata = field(repr=False)

    @property
    def parent(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}"


class Dialing:
    """A running telephony, stubs of clients to it, and the dialer's tables."""

    def __init__(self, telephony: Running, api: DialerApi) -> None:
        self.telephony, self.api = telephony, api
        channel = mesh().channel(telephony.port, "telephony")
        self.campaigns: Any = campaign_service_pb2_grpc.CampaignServiceStub(channel)
        self.agents: Any = agent_service_pb2_grpc.AgentServiceStub(channel)
        self.live_calls: Any = live_call_service_pb2_grpc.LiveCallServiceStub(channel)
        self.reports: Any = report_service_pb2_grpc.ReportServiceStub(channel)

    async def a_tenant(self, zone: str = "UTC", **limits: int) -> Tenant:
        """Makes a tenant of its own, as provisioning leaves it."""
        tenant_id = f"t-{uuid.uuid4().hex[:10]}"
        around = self.telephony.around
        around.directory.zones[tenant_id] = zone
        around.directory.limits[tenant_id] = brand_pb2.Limits(**limits)
        number = f"1312{uuid.uuid4().int % 10**7:07d}"
        async with self.store(tenant_id) as store:
            code = await store.dialer_tenants.allocate(tenant_id)
            for kind, object_id in (
                (Kind.USER_GROUP, code.user_group), (Kind.CAMPAIGN, code.campaign(999)),
            ):  # fmt: skip
                await store.dialer_objects.add(tenant_id, kind, object_id)
            day = date(2026, 1, 1)
            await store.dids.add(Did(tenant_id, number, day, day, around.clock.now()))
        self._begin(code)
        return Tenant(tenant_id, code, f"+{number}", self.metadata(tenant_id))

    def metadata(self, tenant_id: str) -> Metadata:
        """Metadata of a client's calls."""
        return mesh().client(self.telephony.clock, tenant_id, PERMISSIONS)

    @asynccontextmanager
    async def store(self, tenant_id: str) -> AsyncIterator[TelephonyStore]:
        """An operator transaction of telephony's store."""
        around = self.telephony.around
        db = create_database(around.database.service_url, "telephony", TelephonyStore, around.clock)
        try:
            async with db.operator_transaction() as store:
                yield store
        finally:
            await db.dispose()

    async def a_campaign(
        self, tenant: Tenant, campaign_id: str = "west", request_id: str = "", **fields: Any
    ) -> campaign_service_pb2.Campaign:
        """Creates a campaign."""
        campaign = campaign_service_pb2.Campaign(display_name="Solar leads west", **fields)
        request = campaign_service_pb2.CreateCampaignRequest(
            parent=tenant.parent, campaign=campaign, campaign_id=campaign_id, request_id=request_id
        )
        made = await self.campaigns.CreateCampaign(request, metadata=tenant.me)
        assert isinstance(made, campaign_service_pb2.Campaign)
        return made

    async def an_agent(
        self, tenant: Tenant, agent_id: str = "maria", request_id: str = "", **fields: Any
    ) -> agent_service_pb2.Agent:
        """Creates an agent."""
        agent = agent_service_pb2.Agent(display_name="María Núñez", **fields)
        request = agent_service_pb2.CreateAgentRequest(
            parent=tenant.parent, agent=agent, agent_id=agent_id, request_id=request_id
        )
        made = await self.agents.CreateAgent(request, metadata=tenant.me)
        assert isinstance(made, agent_service_pb2.Agent)
        return made

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Looks into the dialer's tables, or changes them."""
        with self._cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    def insert(self, table: str, **values: object) -> None:
        """Adds a row to one of the dialer's tables."""
        names = ", ".join(f"`{name}`" for name in values)
        marks = ", ".join(["%s"] * len(values))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        self.rows(statement, *values.values())

    def an_agent_session(self, user: str, campaign: str, status: str, **more: object) -> None:
        """Logs an agent in, since a minute ago."""
        self.insert(
            "vicidial_live_agents", user=user, campaign_id=campaign, status=status,
            server_ip=HOST, last_state_change=self._ago(60), **more,
        )  # fmt: skip

    def a_live_call(self, campaign: str, number: str, status: str, call_type: str = "OUT") -> None:
        """Puts up a call that began half a minute ago."""
        self.insert(
            "vicidial_auto_calls", campaign_id=campaign, phone_code="1", phone_number=number,
            status=status, call_type=call_type, server_ip=HOST, call_time=self._ago(30),
            channel="SIP/MARKERVENDOR-0001", callerid="V1122180000000000001",
        )  # fmt: skip

    def a_call(
        self, at: int, campaign: str, status: str, user: str = "VDAD", table: str = "vicidial_log"
    ) -> None:
        """Notes a call that began at these epoch seconds."""
        more = {"uniqueid": f"{at}.{uuid.uuid4().int % 10**6}"}
        self.insert(
            table, campaign_id=campaign, status=status, user=user, start_epoch=at,
            call_date=f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}", **more,
        )  # fmt: skip

    def a_turn(self, at: int, campaign: str, status: str, user: str, seconds: int) -> None:
        """Notes an agent's turn that began then: so long paused, waiting, talking, writing."""
        self.insert(
            "vicidial_agent_log", campaign_id=campaign, status=status, user=user, pause_epoch=at,
            event_time=f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}", pause_sec=seconds,
            wait_sec=seconds * 2, talk_sec=seconds * 3, dispo_sec=seconds * 4,
        )  # fmt: skip

    def _ago(self, seconds: int) -> datetime:
        (row,) = self.rows("SELECT NOW() - INTERVAL %s SECOND AS then_", seconds)
        assert isinstance(row["then_"], datetime)
        return row["then_"]

    def _begin(self, code: TenantCode) -> None:
        self.insert(
            "vicidial_user_groups", user_group=code.user_group, group_name="Clients",
            allowed_campaigns=f" {code.campaign(999)} -",
            admin_viewable_groups=f" {code.user_group} ",
        )  # fmt: skip
        with self._cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE one ENGINE = MyISAM SELECT * FROM vicidial_campaigns"
                " WHERE campaign_id = 'TEMPLATE'"
            )
            cursor.execute(
                "UPDATE one SET campaign_id = %s, dial_prefix = '81', user_group = %s",
                (code.campaign(999), code.user_group),
            )
            cursor.execute("INSERT INTO vicidial_campaigns SELECT * FROM one")
        self.insert(
            "vicidial_pause_codes", campaign_id=code.campaign(999), pause_code="LUNCH",
            pause_code_name="Lunch",
        )  # fmt: skip

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with (
            connect(self.api.database.url(SIMULATOR)) as connection,
            connection.cursor(pymysql.cursors.DictCursor) as cursor,
        ):
            yield cursor
