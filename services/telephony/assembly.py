"""Puts together what serves clients: campaigns, agents, live calls and reports."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.kit.clock import Clock
from services.kit.db.outbox import Handler
from services.kit.db.transaction import Database
from services.kit.rpc.server import Service
from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.partners.dialer.client_objects import ClientObjects
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.partners.dialer.report_tables import ReportTables
from services.telephony.partners.dialer.web_api import WebApi
from services.telephony.partners.directory import Directory
from services.telephony.rpc.agent_seats import AgentSeatService
from services.telephony.rpc.agents import AgentService
from services.telephony.rpc.campaigns import CampaignService
from services.telephony.rpc.live_calls import LiveCallService
from services.telephony.rpc.reports import ReportService
from services.telephony.settings import TelephonySettings
from services.telephony.store import TelephonyStore
from services.telephony.usecases.apply_changes import Appliers
from services.telephony.usecases.client_desk import ClientDesk
from services.telephony.usecases.dialer_change import DialerChanges
from services.telephony.usecases.provisioning.ports import RouteSetup
from services.telephony.usecases.seat_agents import SeatDesk
from veneer.telephony.v1 import (
    agent_seat_service_pb2_grpc,
    agent_service_pb2_grpc,
    campaign_service_pb2_grpc,
    live_call_service_pb2_grpc,
    report_service_pb2_grpc,
)


class DialerSide:
    """What reaches the dialer; each part is None when its settings are missing."""

    def __init__(self, settings: TelephonySettings) -> None:
        self.api: WebApi | None = None
        self.tables: AdminTables | None = None
        self.live: LiveTables | None = None
        self.reports: ReportTables | None = None
        if settings.dialer_api_url and settings.dialer_api_password:
            password = settings.dialer_api_password.get_secret_value()
            self.api = WebApi(settings.dialer_api_url, settings.dialer_api_user, password)
        if settings.dialer_admin_database_url:
            self.tables = AdminTables(settings.dialer_admin_database_url.get_secret_value())
        if settings.dialer_database_url:
            url = settings.dialer_database_url.get_secret_value()
            self.live = LiveTables(url)
            self.reports = ReportTables(url, settings.dialer_time_zone)

    async def close(self) -> None:
        """Drops all connections."""
        if self.api is not None:
            await self.api.close()
        for part in (self.tables, self.live, self.reports):
            if part is not None:
                part.close()


@dataclass(frozen=True, slots=True)
class OutboxSide:
    """What handlers work with: the outbox's alarm clock, and what sets routes up, if any."""

    wake: asyncio.Event
    routes: RouteSetup | None


class ClientSide:
    """The services of clients, and the handlers of what they ask for."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        clock: Clock,
        directory: Directory,
        dialer: DialerSide,
        outbox: OutboxSide,
    ) -> None:
        changes = DialerChanges(db, outbox.wake)
        desk = ClientDesk(db, clock, directory, changes)
        self.services: tuple[Service, ...] = (
            (
                campaign_service_pb2_grpc.add_CampaignServiceServicer_to_server,
                CampaignService(desk, dialer.live),
            ),
            (
                agent_service_pb2_grpc.add_AgentServiceServicer_to_server,
                AgentService(desk, dialer.live),
            ),
            (
                agent_seat_service_pb2_grpc.add_AgentSeatServiceServicer_to_server,
                AgentSeatService(SeatDesk(db, dialer.tables, outbox.wake)),
            ),
            (
                live_call_service_pb2_grpc.add_LiveCallServiceServicer_to_server,
                LiveCallService(db, dialer.live),
            ),
            (
                report_service_pb2_grpc.add_ReportServiceServicer_to_server,
                ReportService(desk, dialer.reports),
            ),
        )
        self.handlers: dict[str, Handler] = {}
        if dialer.api is not None and dialer.tables is not None:
            objects = ClientObjects(dialer.api, dialer.tables)
            self.handlers = Appliers(db, objects, outbox.routes).handlers(changes)
