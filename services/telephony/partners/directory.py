"""Asks tenancy who is who, and remembers it for a while."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import grpc

from services.kit.errors import NotFound
from services.kit.rpc.errors import PartnerRefused, refusal_from
from veneer.tenancy.v1 import directory_service_pb2 as pb
from veneer.tenancy.v1 import directory_service_pb2_grpc as rpc

_FRESH_SECONDS = 60.0
_ABSENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tenant may have at once; None is without limit."""

    max_concurrent_calls: int | None = None
    max_agents: int | None = None
    max_campaigns: int | None = None
    max_dids: int | None = None
    max_storage_gigabytes: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What telephony must know of a tenant; `time_zone` is its billing zone's IANA name.

    `brand` is what its seller lets it show.
    """

    tenant_id: str
    time_zone: str
    limits: Limits = Limits()
    brand: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.time_zone)


class Directory:
    """Tenants by id. An entry is asked for again when it is a minute old."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.DirectoryServiceStub(channel)
        self._known: dict[str, tuple[float, Entry | None]] = {}
        self._asking = asyncio.Lock()

    async def find(self, tenant_id: str) -> Entry | None:
        """Gives the entry, or None if there is no such tenant; raises Unavailable.

        While tenancy does not answer, an entry that is known already is good enough.
        """
        known = self._known.get(tenant_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        async with self._asking:
            return await self._ask(tenant_id)

    async def get(self, tenant_id: str) -> Entry:
        """Gives the entry; refuses with RESOURCE_NOT_FOUND if there is no such tenant."""
        entry = await self.find(tenant_id)
        if entry is None:
            raise NotFound(resource=f"tenants/{tenant_id}")
        return entry

    def forget(self) -> None:
        """Forgets all entries, so that each is asked for again."""
        self._known.clear()

    async def _ask(self, tenant_id: str) -> Entry | None:
        known = self._known.get(tenant_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        request = pb.GetEntryRequest(tenant=f"tenants/{tenant_id}")
        entry: Entry | None
        try:
            answer = await self._stub.GetEntry(request)
            limits = Limits(**{field.name: value for field, value in answer.limits.ListFields()})
            brand = answer.brand.display_name or answer.display_name
            entry = Entry(tenant_id, answer.time_zone, limits, brand)
        except grpc.aio.AioRpcError as error:
            refusal = refusal_from(error)
            if isinstance(refusal, PartnerRefused) and refusal.reason == NotFound.reason:
                entry = None
            elif known is not None and known[1] is not None:
                entry = known[1]
            else:
                raise refusal from error
        life = _ABSENT_SECONDS if entry is None else _FRESH_SECONDS
        self._known[tenant_id] = (time.monotonic() + life, entry)
        return entry
