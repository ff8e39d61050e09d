"""API keys: programs at the door."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import grpc

from services.gateway.auth.callers import Caller, CredentialsInvalid, holds_until
from services.gateway.auth.hosts import Site
from services.gateway.auth.memory import Held, Memory
from services.kit.clock import Clock
from veneer.tenancy.v1 import authentication_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.authentication_service_pb2_grpc import AuthenticationServiceAsyncStub

# A program that was left with a wrong key tries for ever; tenancy need not hear each time.
REFUSAL_HOLDS = timedelta(seconds=5)
_REMEMBERED_MAX = 20_000
_LENGTH_MAX = 512
_SCHEME = b"bearer "


class ApiKeys:
    """Exchanges keys for callers; keeps no key, only its SHA-256."""

    def __init__(self, authentication: AuthenticationServiceAsyncStub, clock: Clock) -> None:
        self._authentication = authentication
        self._clock = clock
        self._callers: Memory[bytes, Caller] = Memory(clock, _REMEMBERED_MAX)

    async def caller(self, authorization: bytes | None, site: Site) -> Caller:
        """Gives whose key the Authorization header holds.

        Refuses with CREDENTIALS_INVALID, the same for a missing key, an unknown one, and one of
        another tenant than the site's.
        """
        secret = _secret(authorization)
        digest = hashlib.sha256(secret).digest()
        caller = self._callers.known(digest)
        if caller is None:
            caller = await self._callers.get(digest, lambda: self._authenticate(secret))
        if caller.tenant != site.tenant or caller.is_operator != site.is_operator:
            raise CredentialsInvalid
        return caller

    async def _authenticate(self, secret: bytes) -> Held[Caller]:
        request = pb.AuthenticateApiKeyRequest(secret=secret.decode("ascii"))
        try:
            answer = await self._authentication.AuthenticateApiKey(request)
        except grpc.aio.AioRpcError as error:
            if error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.INVALID_ARGUMENT):
                return Held(None, CredentialsInvalid(), self._clock.now() + REFUSAL_HOLDS)
            raise
        principal = answer.principal
        return Held(Caller.of(principal), None, holds_until(principal, self._clock.now()))


def _secret(authorization: bytes | None) -> bytes:
    if authorization is None or authorization[: len(_SCHEME)].lower() != _SCHEME:
        raise CredentialsInvalid
    secret = authorization[len(_SCHEME) :].strip()
    if not secret or len(secret) > _LENGTH_MAX or not secret.isascii():
        raise CredentialsInvalid
    return secret
