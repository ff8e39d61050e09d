"""Puts the gateway together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from starlette.routing import Route

from services.gateway.agent_page.routes import agent_routes
from services.gateway.agent_page.seats import SeatKeeper
from services.gateway.auth.api_keys import ApiKeys
from services.gateway.auth.hosts import Hosts
from services.gateway.auth.openid import OpenId
from services.gateway.auth.sessions import SessionKeeper
from services.gateway.auth.visitors import SessionLimits
from services.gateway.guard.listener import LeakGuard
from services.gateway.guard.watch import Watch
from services.gateway.guard.words import WordsInForce
from services.gateway.http.asgi import Application
from services.gateway.http.dispatch import listener_application
from services.gateway.http.limits import BODY_BYTES_MAX
from services.gateway.http.measuring import Measuring
from services.gateway.partners.addresses import Reach
from services.gateway.partners.agent_page import AgentPage
from services.gateway.partners.outbound import Outbound
from services.gateway.partners.services import Services
from services.gateway.portal.assets import Assets
from services.gateway.portal.calendar import Zones
from services.gateway.portal.menu import CLIENT_MENU, CONSOLE_MENU
from services.gateway.portal.own_texts import said_to_clients
from services.gateway.portal.pages import pages
from services.gateway.portal.rendering import Renderer
from services.gateway.portal.streams import Streams
from services.gateway.portal.uploads import upload_bytes_max
from services.gateway.portal.visit import Portal
from services.gateway.rest.application import RestApplication
from services.gateway.rest.contracts import (
    CLIENT_AUDIENCES,
    OPERATOR_AUDIENCES,
    Contracts,
    load_contracts,
)
from services.gateway.rest.metering import ApiCallMeter
from services.gateway.rest.openapi import OpenApi
from services.gateway.rest.rate_limits import USUAL_LIMITS, RequestLimiter, RequestLimits
from services.gateway.rpc.leak_alarms import LeakAlarmService
from services.gateway.rpc.webhook_endpoints import WebhookEndpointService
from services.gateway.store import GatewayStore
from services.gateway.webhooks.accounts import AccountEvents
from services.gateway.webhooks.calls import CallEvents
from services.gateway.webhooks.intake import Intake, Source
from services.gateway.webhooks.notices import DisabledNotices
from services.kit.clock import Clock
from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.rpc.server import Service
from services.kit.secret_words import parse_words
from veneer.billing.v1 import client_event_service_pb2_grpc
from veneer.gateway.v1 import leak_alarm_service_pb2_grpc, webhook_endpoint_service_pb2_grpc
from veneer.telephony.v1 import secret_word_service_pb2_grpc
from veneer.tenancy.v1 import webhook_notice_service_pb2_grpc
from veneer.usage.v1 import call_event_service_pb2_grpc


@dataclass(frozen=True, slots=True)
class Parts:
    """What both listeners share; among `channels` is one to what the gateway itself serves."""

    database: Database[GatewayStore]
    channels: Mapping[str, grpc.aio.Channel]
    clock: Clock
    session_limits: SessionLimits
    watch: Watch
    body_bytes_max: int = BODY_BYTES_MAX
    request_limits: RequestLimits = USUAL_LIMITS
    streams: Streams = field(default_factory=Streams)
    reach: Reach = field(default_factory=Reach)
    # The dialer's, for agents; without it they have none.
    agent_page: AgentPage | None = None


def words_in_force(listed: str, telephony: grpc.aio.Channel) -> WordsInForce:
    """Gives what is searched for in answers to clients; `listed` has a word a line."""
    # The stub's type exists for mypy alone, as those of partners/services.py.
    stub: Any = secret_word_service_pb2_grpc.SecretWordServiceStub(telephony)
    return WordsInForce(parse_words(listed), stub, said_to_clients(load_contracts(), Assets()))


def intake(
    database: Database[GatewayStore], channels: Mapping[str, grpc.aio.Channel], leases: Leases
) -> Intake:
    """Gives what takes over the events that clients' programs are told of."""
    calls: Any = call_event_service_pb2_grpc.CallEventServiceStub(channels["usage"])
    accounts: Any = client_event_service_pb2_grpc.ClientEventServiceStub(channels["billing"])
    sources: list[Source] = [CallEvents(database, calls), AccountEvents(database, accounts)]
    return Intake(sources, leases)


def disabled_notices(tenancy: grpc.aio.Channel) -> DisabledNotices:
    """Gives what tells clients that their programs cannot be reached."""
    stub: Any = webhook_notice_service_pb2_grpc.WebhookNoticeServiceStub(tenancy)
    return DisabledNotices(stub)


def own_services(
    database: Database[GatewayStore], clock: Clock, words: WordsInForce, reach: Reach
) -> tuple[Service, ...]:
    """Gives what the gateway itself serves, to its own REST side and pages."""
    return (
        (
            leak_alarm_service_pb2_grpc.add_LeakAlarmServiceServicer_to_server,
            LeakAlarmService(database, words),
        ),
        (
            webhook_endpoint_service_pb2_grpc.add_WebhookEndpointServiceServicer_to_server,
            WebhookEndpointService(database, clock, reach),
        ),
    )


class Gateway:
    """The applications of the two listeners.

    Each has routes and keys of its own, so nothing of the operator's is known to the clients'.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._services = Services(parts.channels)
        self._assets = Assets()
        self._renderer = Renderer(self._assets)
        self._zones = Zones(self._services.directory, parts.clock)
        self.api_call_meter = ApiCallMeter(self._services.meters, self._zones.today)
        self._open_id = OpenId(Outbound(parts.reach), parts.clock)
        contracts = load_contracts()
        self.for_clients = self._listener(contracts.for_audiences(CLIENT_AUDIENCES), False)
        self.for_operator = self._listener(contracts.for_audiences(OPERATOR_AUDIENCES), True)

    def _listener(self, contracts: Contracts, for_operator: bool) -> Application:
        parts, authentication = self._parts, self._services.authentication
        hosts = Hosts(authentication, parts.clock, for_operator)
        keys = ApiKeys(authentication, parts.clock)
        portal = Portal(
            services=self._services,
            hosts=hosts,
            sessions=SessionKeeper(
                parts.database, authentication, parts.clock, parts.session_limits
            ),
            zones=self._zones,
            renderer=self._renderer,
            open_api=OpenApi(contracts),
            menu=CONSOLE_MENU if for_operator else CLIENT_MENU,
            streams=parts.streams,
            open_id=self._open_id,
            has_agents=parts.agent_page is not None and not for_operator,
        )
        limiter = RequestLimiter(parts.clock, parts.request_limits)
        rest = RestApplication(
            contracts, parts.channels, hosts, keys, (self.api_call_meter, limiter)
        )
        name = "operator" if for_operator else "client"
        agents = () if for_operator else self._agent_routes(portal)
        rendered = pages(portal, self._assets, for_operator, agents)
        listener = listener_application(
            rest,
            rendered,
            parts.body_bytes_max,
            lambda scope, usual: rest.bytes_max(scope, upload_bytes_max(scope, usual)),
        )
        if for_operator:
            return Measuring(listener, name)
        return Measuring(LeakGuard(listener, parts.watch, hosts), name)

    def _agent_routes(self, portal: Portal) -> Sequence[Route]:
        parts = self._parts
        if parts.agent_page is None:
            return ()
        keeper = SeatKeeper(parts.database, self._services.agent_seats, parts.clock)
        return agent_routes(portal, keeper, parts.agent_page)
