"""API keys: programs at the door."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

import grpc

from services.gateway.auth.callers import Caller, CredentialsInvalid, holds_until
from services.gateway.auth.hosts import Site
from services.gateway.auth.memory import Held, Memory
from services.kit.clock import Clock
from services.kit.errors import Kind, Refusal
from veneer.tenancy.v1 import authentication_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.authentication_service_pb2_grpc import AuthenticationServiceAsyncStub

# A program that was left with a wrong key tries for ever; tenancy need not hear each time.
REFUSAL_HOLDS = timedelta(seconds=5)
_REMEMBERED_MAX = 20_000
_LENGTH_MAX = 512
_SCHEME = b"bearer "


class AddressNotAllowed(Refusal):
    """The key is good, but not from where it is used."""

    kind = Kind.PERMISSION_DENIED
    reason = "ADDRESS_NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a key is, from where it may be used, and how often all keys of its tenant may be.

    From anywhere if no network is named, and as often as usual if no number is.
    """

    caller: Caller
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    requests_per_minute: int | None = None

    def may_be_at(self, address: str) -> bool:
        """Tells whether the key may be used from an address; from none that cannot be read."""
        if not self.networks:
            return True
        try:
            at = ip_address(address)
        except ValueError:
            return False
        plain = getattr(at, "ipv4_mapped", None) or at
        return any(plain in network for network in self.networks)


class ApiKeys:
    """Exchanges keys for callers; keeps no key, only its SHA-256."""

    def __init__(self, authentication: AuthenticationServiceAsyncStub, clock: Clock) -> None:
        self._authentication = authentication
        self._clock = clock
        self._holders: Memory[bytes, Holder] = Memory(clock, _REMEMBERED_MAX)

    async def holder(self, authorization: bytes | None, site: Site, address: str) -> Holder:
        """Gives whose key the Authorization header holds that came from an address.

        Refuses with CREDENTIALS_INVALID, the same for a missing key, an unknown one, one that is
        over, and one of another tenant than the site's; then with ADDRESS_NOT_ALLOWED.
        """
        secret = _secret(authorization)
        digest = hashlib.sha256(secret).digest()
        holder = self._holders.known(digest)
        if holder is None:
            holder = await self._holders.get(digest, lambda: self._authenticate(secret))
        caller = holder.caller
        if caller.tenant != site.tenant or caller.is_operator != site.is_operator:
            raise CredentialsInvalid
        if not holder.may_be_at(address):
            raise AddressNotAllowed(
                "The key cannot be used from this address.", address=address[:45]
            )
        return holder

    async def _authenticate(self, secret: bytes) -> Held[Holder]:
        request = pb.AuthenticateApiKeyRequest(secret=secret.decode("ascii"))
        try:
            answer = await self._authentication.AuthenticateApiKey(request)
        except grpc.aio.AioRpcError as error:
            if error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.INVALID_ARGUMENT):
                return Held(None, CredentialsInvalid(), self._clock.now() + REFUSAL_HOLDS)
            raise
        principal = answer.principal
        holder = Holder(
            caller=Caller.of(principal),
            networks=tuple(map(ip_network, answer.allowed_networks)),
            requests_per_minute=answer.max_requests_per_minute or None,
        )
        return Held(holder, None, holds_until(principal, self._clock.now()))


def _secret(authorization: bytes | None) -> bytes:
    if authorization is None or authorization[: len(_SCHEME)].lower() != _SCHEME:
        raise CredentialsInvalid
    secret = authorization[len(_SCHEME) :].strip()
    if not secret or len(secret) > _LENGTH_MAX or not secret.isascii():
        raise CredentialsInvalid
    return secret
