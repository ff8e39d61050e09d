"""Host names: whose portal a request is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import grpc

from services.gateway.auth.memory import Held, Memory
from services.kit.clock import Clock
from services.kit.errors import Kind, Refusal
from veneer.tenancy.v1 import authentication_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.authentication_service_pb2_grpc import AuthenticationServiceAsyncStub
    from veneer.tenancy.v1.brand_pb2 import Brand

HOLDS = timedelta(seconds=10)
_REMEMBERED_MAX = 10_000
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\Z")


class HostUnknown(Refusal):
    """The host name is nobody's."""

    kind = Kind.NOT_FOUND
    reason = "HOST_UNKNOWN"

    def __init__(self) -> None:
        super().__init__("There is nothing at this address.")


@dataclass(frozen=True, slots=True)
class Site:
    """Whose portal is at a host name, and how it looks."""

    host_name: str
    tenant: str
    is_operator: bool
    brand: Brand
    seller_display_name: str
    has_single_sign_on: bool
    has_ended: bool = False

    @property
    def tenant_id(self) -> str:
        """The id in the tenant's name."""
        return self.tenant.removeprefix("tenants/")


class Hosts:
    """Resolves host names for one of the two listeners."""

    def __init__(
        self, authentication: AuthenticationServiceAsyncStub, clock: Clock, for_operator: bool
    ) -> None:
        self._authentication = authentication
        self._clock = clock
        self._for_operator = for_operator
        self._sites: Memory[bytes, Site] = Memory(clock, _REMEMBERED_MAX)

    async def site_at(self, host: bytes) -> Site:
        """Gives whose portal the Host header names; refuses with HOST_UNKNOWN.

        The operator's host names are nobody's on the clients' listener, and the other way round.
        """
        known = self._sites.known(host)
        if known is not None:
            return known
        name = _host_name(host)
        return await self._sites.get(host, lambda: self._resolve(name))

    async def _resolve(self, name: str) -> Held[Site]:
        until = self._clock.now() + HOLDS
        try:
            answer = await self._authentication.ResolveHost(pb.ResolveHostRequest(host_name=name))
        except grpc.aio.AioRpcError as error:
            if error.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT):
                return Held(None, HostUnknown(), until)
            raise
        if answer.is_operator != self._for_operator:
            return Held(None, HostUnknown(), until)
        site = Site(
            host_name=name,
            tenant=answer.tenant,
            is_operator=answer.is_operator,
            brand=answer.brand,
            seller_display_name=answer.seller_display_name,
            has_single_sign_on=answer.has_single_sign_on,
            has_ended=answer.has_ended,
        )
        return Held(site, None, until)


def _host_name(host: bytes) -> str:
    name = host.decode("latin-1").lower()
    name, _, port = name.partition(":")
    name = name.removesuffix(".")
    if not _HOST.match(name) or (port and not port.isdigit()):
        raise HostUnknown
    return name
