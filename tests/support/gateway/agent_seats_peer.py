"""Where the scripted agents sit, and a dialer's agent page that knows the same ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from services.kit.errors import Kind, NotFound, Refusal
from simulators.dialer.agent_page.app import BASE, AgentPage, Desk
from simulators.dialer.agent_page.logins import Agent, ListedLogins
from tests.support.gateway.world import World
from veneer.telephony.v1 import agent_seat_service_pb2 as pb
from veneer.telephony.v1 import agent_seat_service_pb2_grpc as rpc

AGENT, PASSWORD, PHONE_PASSWORD = "maria", "Secret7ofMaria", "Secret9ofThePhone"
USER, PHONE, CAMPAIGN, SERVER = "BCDFA00001", "BCDFP00001", "BCDFC001", "10.20.0.11"
LEAD = 1


class AgentCredentialsInvalid(Refusal):
    """As telephony's."""

    kind = Kind.UNAUTHENTICATED
    reason = "AGENT_CREDENTIALS_INVALID"

    def __init__(self) -> None:
        super().__init__("The agent's id or password is not right.")


class OutboundStopped(Refusal):
    """As telephony's."""

    kind = Kind.FAILED_PRECONDITION
    reason = "OUTBOUND_STOPPED"


class AgentSeats(rpc.AgentSeatServiceServicer):
    """One agent of one client, and one lead."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def AuthenticateAgent(self, request: Any, context: Any) -> Any:
        seat = await self.RenewAgentSeat(request, context)
        if request.password != seat.password:
            raise AgentCredentialsInvalid
        return seat

    async def RenewAgentSeat(self, request: Any, context: Any) -> Any:
        if request.agent != f"tenants/abc-solar/agents/{AGENT}":
            raise AgentCredentialsInvalid
        if self._world.agents_shut_out:
            raise OutboundStopped("Nobody can log in at the moment.")
        return pb.AgentSeat(
            agent=request.agent,
            display_name="Maria Lopez",
            user=USER,
            password=PASSWORD,
            phone_login=PHONE,
            phone_password=PHONE_PASSWORD,
            may_dial_manually=True,
            choices=[
                pb.AgentSeat.Choice(
                    campaign="tenants/abc-solar/campaigns/west",
                    display_name="Solar leads west",
                    dialer_campaign=CAMPAIGN,
                )
            ],
            prefixes=["81"],
            caller_numbers=["13125550100"],
        )

    async def CheckAgentLead(self, request: Any, context: Any) -> Any:
        if (request.tenant, request.lead_number) != ("tenants/abc-solar", LEAD):
            raise NotFound(resource=request.tenant)
        return pb.CheckAgentLeadResponse()

    async def ReleaseAgentSeat(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ReleaseAgentSeat {request.agent}")
        return pb.ReleaseAgentSeatResponse()


@asynccontextmanager
async def an_agent_page() -> AsyncIterator[tuple[str, Desk, ListedLogins]]:
    """Runs the simulator's agent page; gives its address, and what it heard."""
    agent = Agent(USER, PASSWORD, PHONE, PHONE_PASSWORD, SERVER, "Maria Lopez", (CAMPAIGN,))
    logins, desk = ListedLogins([agent]), Desk()
    application = web.Application()
    AgentPage(logins, desk).add_to(application)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}{BASE}/", desk, logins
    finally:
        await runner.cleanup()
