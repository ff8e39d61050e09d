"""Sessions of agents, and where each sits."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import grpc

from services.gateway.agent_page.rewriting import PASSWORD_LENGTH_MIN
from services.gateway.agent_page.sealing import KEY_BYTES
from services.gateway.auth.hosts import Site
from services.gateway.auth.memory import Held, Memory
from services.gateway.store import GatewayStore
from services.gateway.store.agent_sessions import AgentSession
from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import Kind, Refusal
from veneer.telephony.v1 import agent_seat_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.telephony.v1.agent_seat_service_pb2_grpc import AgentSeatServiceAsyncStub

# How long this process believes that an agent may go on working.
_HOLDS: Final = timedelta(seconds=10)
_LASTS: Final = timedelta(hours=12)
_LEAD_HOLDS: Final = timedelta(minutes=5)
_REMEMBERED_MAX: Final = 10_000
_OVER: Final = frozenset({
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
})  # fmt: skip


class AgentLoginTooShort(Refusal):
    """A password that could not be found and hidden in what the dialer answers."""

    kind = Kind.FAILED_PRECONDITION
    reason = "AGENT_LOGIN_TOO_SHORT"

    def __init__(self) -> None:
        super().__init__("This agent needs a new password first. Please ask for one.")


class _SessionOver(Refusal):
    """There is no such session (any more)."""

    kind = Kind.UNAUTHENTICATED
    reason = "AGENT_SESSION_OVER"

    def __init__(self) -> None:
        super().__init__("Please log in.")


@dataclass(frozen=True, slots=True)
class Seated:
    """An agent that is logged in: the session, and what the dialer wants to hear."""

    session: AgentSession
    seat: pb.AgentSeat


class SeatKeeper:
    """Opens, finds and ends sessions of agents."""

    def __init__(
        self, database: Database[GatewayStore], seats: AgentSeatServiceAsyncStub, clock: Clock
    ) -> None:
        self._database, self._seats, self._clock = database, seats, clock
        self._seated: Memory[tuple[str, bytes], Seated] = Memory(clock, _REMEMBERED_MAX)
        self._leads: Memory[tuple[str, int], bool] = Memory(clock, _REMEMBERED_MAX)

    async def open(self, site: Site, agent_id: str, password: str) -> str:
        """Logs an agent in and gives the new session's cookie.

        Refuses as AuthenticateAgent does, by the error of its call.
        """
        agent = f"{site.tenant}/agents/{agent_id}"
        request = pb.AuthenticateAgentRequest(agent=agent, password=password)
        seat = await self._seats.AuthenticateAgent(request)
        if min(len(seat.password), len(seat.phone_password)) < PASSWORD_LENGTH_MIN:
            raise AgentLoginTooShort
        cookie = secrets.token_urlsafe(32)
        session = AgentSession(
            token_digest=_digest(cookie),
            agent=agent,
            login_digest=_login_digest(seat),
            key=os.urandom(KEY_BYTES),
            campaign="",
            expire_time=self._clock.now() + _LASTS,
        )
        async with self._database.transaction(site.tenant_id) as store:
            await store.agent_sessions.add(session)
        return cookie

    async def seated(self, site: Site, cookie: str) -> Seated | None:
        """Gives whose session the cookie is at this site; None if there is none (any more)."""
        if not cookie:
            return None
        key = (site.tenant_id, _digest(cookie))
        try:
            return await self._seated.get(key, lambda: self._find(site, key[1]))
        except _SessionOver:
            return None

    async def choose(self, site: Site, seated: Seated, campaign: str) -> None:
        """Notes which campaign an agent takes, by the dialer's id."""
        digest = seated.session.token_digest
        async with self._database.transaction(site.tenant_id) as store:
            await store.agent_sessions.choose(digest, campaign)
        chosen = replace(seated, session=replace(seated.session, campaign=campaign))
        until = self._clock.now() + _HOLDS
        self._seated.put((site.tenant_id, digest), Held(chosen, None, until))

    async def close(self, site: Site, seated: Seated) -> None:
        """Ends a session for good, and what the agent does in the dialer."""
        await self._end(site, seated.session)
        request = pb.ReleaseAgentSeatRequest(agent=seated.session.agent)
        await self._seats.ReleaseAgentSeat(request)

    async def check_lead(self, site: Site, number: int) -> None:
        """Refuses a lead that is not the tenant's, by the error of the call."""

        async def ask() -> Held[bool]:
            request = pb.CheckAgentLeadRequest(tenant=site.tenant, lead_number=number)
            await self._seats.CheckAgentLead(request)
            return Held(True, None, self._clock.now() + _LEAD_HOLDS)

        await self._leads.get((site.tenant_id, number), ask)

    async def _find(self, site: Site, digest: bytes) -> Held[Seated]:
        until = self._clock.now() + _HOLDS
        async with self._database.read(site.tenant_id) as store:
            session = await store.agent_sessions.find(digest)
        if session is None:
            return Held(None, _SessionOver(), until)
        try:
            seat = await self._seats.RenewAgentSeat(pb.RenewAgentSeatRequest(agent=session.agent))
        except grpc.aio.AioRpcError as error:
            if error.code() not in _OVER:
                raise
            await self._end(site, session)
            return Held(None, _SessionOver(), until)
        if _login_digest(seat) != session.login_digest:
            await self._end(site, session)
            return Held(None, _SessionOver(), until)
        return Held(Seated(session, seat), None, until)

    async def _end(self, site: Site, session: AgentSession) -> None:
        async with self._database.transaction(site.tenant_id) as store:
            await store.agent_sessions.remove(session.token_digest)
        self._seated.forget((site.tenant_id, session.token_digest))


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


def _login_digest(seat: pb.AgentSeat) -> bytes:
    whole = "\0".join((seat.user, seat.password, seat.phone_login, seat.phone_password))
    return hashlib.sha256(whole.encode()).digest()
