"""Asks the tenancy service who is who, and remembers it for some seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import grpc

from services.billing.domain.month import Month
from services.billing.domain.tree import Tree
from services.kit.clock import Clock
from services.kit.errors import NotFound
from services.kit.rpc.errors import refusal_from
from veneer.tenancy.v1 import directory_service_pb2 as pb
from veneer.tenancy.v1 import directory_service_pb2_grpc as rpc

_DEADLINE_SECONDS = 5.0
# A new name or colour shows this much later; a tenant's zone never changes.
_REMEMBERED_FOR = timedelta(seconds=10)
_REMEMBERED_MAX = 10_000
_PAGE_SIZE = 1000
_PAGES_MAX = 100


@dataclass(frozen=True, slots=True)
class Brand:
    """What a tenant shows of itself; everything but the name may be empty."""

    display_name: str
    tagline: str = ""
    primary_color: str = ""
    logo: bytes = b""
    logo_media_type: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What billing knows of a tenant; `seller_id` is empty for the operator."""

    tenant_id: str
    seller_id: str
    display_name: str
    time_zone: str
    brand: Brand
    contact_email: str
    billing_anchor_day: int = 1
    service_end_time: datetime | None = None

    def is_served_in(self, month: Month) -> bool:
        """Tells whether its service had not ended before a month began, by its own anchor."""
        begin = month.anchored(self.billing_anchor_day).start_time(self.time_zone)
        return self.service_end_time is None or begin < self.service_end_time


class Directory:
    """The tenancy service, as far as billing needs it."""

    def __init__(self, channel: grpc.aio.Channel, clock: Clock) -> None:
        self._stub = rpc.DirectoryServiceStub(channel)
        self._clock = clock
        self._entries: dict[str, tuple[datetime, Entry]] = {}
        # A run asks for it once a client.
        self._tree: tuple[datetime, Tree] | None = None

    async def get(self, tenant_id: str) -> Entry:
        """Gives one tenant's entry; refuses with RESOURCE_NOT_FOUND if there is none."""
        remembered = self._entries.get(tenant_id)
        if remembered is not None and self._is_fresh(remembered[0]):
            return remembered[1]
        request = pb.GetEntryRequest(tenant=f"tenants/{tenant_id}")
        try:
            answer = await self._stub.GetEntry(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                raise NotFound(resource=request.tenant) from error
            raise refusal_from(error) from error
        entry = _entry(answer)
        if len(self._entries) >= _REMEMBERED_MAX:
            self._entries.clear()
        self._entries[tenant_id] = (self._clock.now(), entry)
        return entry

    async def clients(self) -> list[Entry]:
        """Gives all tenants that somebody sells to, ordered by id; asked anew each time.

        Whoever has just signed a client looks for it in lists.
        """
        entries = [entry for entry in await self._list() if entry.seller_id]
        entries.sort(key=lambda entry: entry.tenant_id)
        return entries

    async def operators_clients(self) -> list[Entry]:
        """Gives whom the operator sells to itself, ordered by id: all others pay these."""
        entries = await self.clients()
        clients = {entry.tenant_id for entry in entries}
        return [entry for entry in entries if entry.seller_id not in clients]

    async def tree(self) -> Tree:
        """Gives who sells to whom."""
        if self._tree is None or not self._is_fresh(self._tree[0]):
            pairs = ((entry.tenant_id, entry.seller_id) for entry in await self.clients())
            self._tree = (self._clock.now(), Tree.of(pairs))
        return self._tree[1]

    async def sellers_above(self, tenant_id: str) -> list[Entry]:
        """Gives who sells to a tenant, who sells to that one, and so on to the operator.

        Refuses with RESOURCE_NOT_FOUND if there is no such tenant.
        """
        found: list[Entry] = []
        entry = await self.get(tenant_id)
        while entry.seller_id:
            entry = await self.get(entry.seller_id)
            assert entry not in found, "somebody sells to itself"
            found.append(entry)
        return found

    async def _list(self) -> list[Entry]:
        entries: list[Entry] = []
        request = pb.ListEntriesRequest(page_size=_PAGE_SIZE)
        for _ in range(_PAGES_MAX):
            try:
                answer = await self._stub.ListEntries(request, timeout=_DEADLINE_SECONDS)
            except grpc.aio.AioRpcError as error:
                raise refusal_from(error) from error
            entries += map(_entry, answer.entries)
            if not answer.next_page_token:
                return entries
            request.page_token = answer.next_page_token
        raise AssertionError(f"more than {_PAGES_MAX * _PAGE_SIZE} tenants")

    def _is_fresh(self, since: datetime) -> bool:
        return abs(self._clock.now() - since) < _REMEMBERED_FOR


def _entry(wire: pb.Entry) -> Entry:
    return Entry(
        tenant_id=wire.tenant.removeprefix("tenants/"),
        seller_id=wire.seller.removeprefix("tenants/"),
        display_name=wire.display_name,
        time_zone=wire.time_zone,
        brand=Brand(
            display_name=wire.brand.display_name,
            tagline=wire.brand.tagline,
            primary_color=wire.brand.primary_color,
            logo=wire.brand.logo,
            logo_media_type=wire.brand.logo_media_type,
        ),
        contact_email=wire.contact_email,
        billing_anchor_day=wire.billing_anchor_day or 1,
        service_end_time=(
            wire.service_end_time.ToDatetime(UTC) if wire.HasField("service_end_time") else None
        ),
    )
