"""Sessions: people at the door."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import grpc

from services.gateway.auth.callers import Caller, CredentialsInvalid, holds_until
from services.gateway.auth.hosts import Site
from services.gateway.auth.memory import Held, Memory
from services.gateway.auth.visitors import (
    USUAL_LIMITS,
    LogIn,
    OpenSession,
    SessionLimits,
    Visitor,
)
from services.gateway.store import GatewayStore
from services.gateway.store.sessions import Session
from services.kit.clock import Clock
from services.kit.db.transaction import Database
from veneer.tenancy.v1 import authentication_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.authentication_service_pb2_grpc import AuthenticationServiceAsyncStub

# How long this process believes that a session is still there. Another one may revoke it.
_HOLDS = timedelta(seconds=10)
# Writing at every request would cost a transaction for each of a page's refreshes.
_PROLONG_AFTER = timedelta(minutes=1)
_REMEMBERED_MAX = 10_000
_DEVICE_LENGTH_MAX = 300

Answer = (
    pb.AuthenticateUserResponse
    | pb.AuthenticateSecondStepResponse
    | pb.AuthenticateIdentityResponse
    | pb.AuthenticateSupportResponse
)


class SessionKeeper:
    """Opens, finds and ends sessions."""

    def __init__(
        self,
        database: Database[GatewayStore],
        authentication: AuthenticationServiceAsyncStub,
        clock: Clock,
        limits: SessionLimits = USUAL_LIMITS,
    ) -> None:
        self._database, self._authentication = database, authentication
        self._clock, self._limits = clock, limits
        self._sessions: Memory[tuple[str, bytes], Session] = Memory(clock, _REMEMBERED_MAX)
        self._callers: Memory[tuple[str, bytes], Caller] = Memory(clock, _REMEMBERED_MAX)

    async def open(self, site: Site, email: str, password: str, device: str) -> LogIn:
        """Logs a user in, unless a second step is missing yet.

        Refuses as AuthenticateUser does, by the error of its call.
        """
        request = pb.AuthenticateUserRequest(tenant=site.tenant, email=email, password=password)
        answer = await self._authentication.AuthenticateUser(request)
        if answer.second_step_token:
            return LogIn(second_step_token=answer.second_step_token)
        return LogIn(await self._opened(site, answer, device))

    async def finish(self, site: Site, token: str, code: str, device: str) -> str:
        """Takes the second step of a log-in and gives the new session's cookie.

        Refuses as AuthenticateSecondStep does, by the error of its call.
        """
        request = pb.AuthenticateSecondStepRequest(
            tenant=site.tenant, second_step_token=token, code=code
        )
        answer = await self._authentication.AuthenticateSecondStep(request)
        return await self._opened(site, answer, device)

    async def open_vouched(self, site: Site, email: str, device: str) -> str:
        """Logs in whom the site's own provider vouches for, and gives the new session's cookie.

        Refuses as AuthenticateIdentity does, by the error of its call.
        """
        request = pb.AuthenticateIdentityRequest(tenant=site.tenant, email=email)
        answer = await self._authentication.AuthenticateIdentity(request)
        return await self._opened(site, answer, device, is_vouched_for=True)

    async def open_for_support(self, site: Site, token: str, device: str) -> str:
        """Lets support in that has a link, and gives the new session's cookie.

        Refuses as AuthenticateSupport does, by the error of its call.
        """
        request = pb.AuthenticateSupportRequest(tenant=site.tenant, token=token)
        answer = await self._authentication.AuthenticateSupport(request)
        return await self._opened(site, answer, device)

    async def _opened(
        self, site: Site, answer: Answer, device: str, *, is_vouched_for: bool = False
    ) -> str:
        principal = answer.principal
        if principal.tenant != site.tenant or principal.is_operator != site.is_operator:
            raise CredentialsInvalid
        cookie = secrets.token_urlsafe(32)
        now = self._clock.now()
        session = Session(
            token_digest=_digest(cookie),
            subject=principal.subject,
            display_name=answer.display_name,
            create_time=now,
            idle_expire_time=now + self._limits.idle,
            expire_time=now + self._limits.absolute,
            device=device[:_DEVICE_LENGTH_MAX],
            is_vouched_for=is_vouched_for,
        )
        if isinstance(answer, pb.AuthenticateSupportResponse):
            session = replace(
                session,
                support_access=answer.support_access,
                expire_time=answer.expire_time.ToDatetime(now.tzinfo),
            )
        async with self._database.transaction(site.tenant_id) as store:
            await store.sessions.remove_over()
            await store.sessions.add(session)
        return cookie

    async def visitor(self, site: Site, cookie: str) -> Visitor | None:
        """Gives whose session the cookie is at this site; None if there is none (any more)."""
        if not cookie:
            return None
        digest = _digest(cookie)
        key = (site.tenant_id, digest)
        try:
            session = await self._sessions.get(key, lambda: self._find(site, digest))
            if session.is_over(self._clock.now()):
                return None
            caller = await self._callers.get(key, lambda: self._renew(site, session))
        except CredentialsInvalid:
            return None
        await self._prolong(site, session)
        return Visitor(
            caller,
            session.display_name,
            digest.hex(),
            support_access=session.support_access,
            support_end=session.expire_time if session.support_access else None,
        )

    def ask_anew(self, site: Site, cookie: str) -> None:
        """Makes this process ask at the next request what the visitor may do by now."""
        self._callers.forget((site.tenant_id, _digest(cookie)))

    async def close(self, site: Site, cookie: str) -> None:
        """Ends a session for good."""
        await self._end(site, [_digest(cookie)])

    async def list_of(self, site: Site, subject: str) -> list[OpenSession]:
        """Gives a user's sessions, newest first."""
        async with self._database.read(site.tenant_id) as store:
            found = await store.sessions.list_of(subject)
        return [
            OpenSession(
                each.token_digest.hex(),
                each.device,
                each.create_time,
                max(each.create_time, each.idle_expire_time - self._limits.idle),
            )
            for each in found
        ]

    async def end(self, site: Site, subject: str, session_id: str = "", kept: str = "") -> None:
        """Ends one session of a user, or all of them but the one that is kept."""
        found = await self.list_of(site, subject)
        ended = [
            bytes.fromhex(each.session_id)
            for each in found
            if each.session_id != kept and session_id in ("", each.session_id)
        ]
        await self._end(site, ended)

    async def _end(self, site: Site, digests: list[bytes]) -> None:
        async with self._database.transaction(site.tenant_id) as store:
            for digest in digests:
                await store.sessions.revoke(digest)
        for digest in digests:
            self._sessions.forget((site.tenant_id, digest))
            self._callers.forget((site.tenant_id, digest))

    async def _find(self, site: Site, digest: bytes) -> Held[Session]:
        async with self._database.read(site.tenant_id) as store:
            session = await store.sessions.find(digest)
        refusal = CredentialsInvalid() if session is None else None
        return Held(session, refusal, self._clock.now() + _HOLDS)

    async def _renew(self, site: Site, session: Session) -> Held[Caller]:
        try:
            answer = await self._authentication.RenewPrincipal(
                pb.RenewPrincipalRequest(
                    user=session.subject,
                    is_vouched_for=session.is_vouched_for,
                    support_access=session.support_access,
                )
            )
        except grpc.aio.AioRpcError as error:
            if error.code() not in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.NOT_FOUND):
                raise
            async with self._database.transaction(site.tenant_id) as store:
                await store.sessions.revoke(session.token_digest)
            return Held(None, CredentialsInvalid(), self._clock.now() + _HOLDS)
        principal = answer.principal
        return Held(Caller.of(principal), None, holds_until(principal, self._clock.now()))

    async def _prolong(self, site: Site, session: Session) -> None:
        now = self._clock.now()
        wanted = now + self._limits.idle
        if wanted - session.idle_expire_time < _PROLONG_AFTER:
            return
        async with self._database.transaction(site.tenant_id) as store:
            await store.sessions.prolong(session.token_digest, wanted)
        key = (site.tenant_id, session.token_digest)
        prolonged = replace(session, idle_expire_time=wanted)
        self._sessions.put(key, Held(prolonged, None, now + _HOLDS))


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
