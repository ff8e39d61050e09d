"""A tenancy service that knows the tenants that a test made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.kit.errors import NotFound
from services.kit.rpc.server import Service
from veneer.tenancy.v1 import brand_pb2
from veneer.tenancy.v1 import directory_service_pb2 as pb
from veneer.tenancy.v1 import directory_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

OPERATOR = "northgate"


class DirectorySimulator(rpc.DirectoryServiceServicer):
    """Has an operator; a test adds its own clients."""

    def __init__(self) -> None:
        self._entries: dict[str, pb.Entry] = {}
        self.add(OPERATOR, display_name="Northgate Voice", seller_id="", time_zone="UTC")
        self.request_count = 0

    @property
    def service(self) -> Service:
        return rpc.add_DirectoryServiceServicer_to_server, self

    def add(
        self,
        tenant_id: str,
        display_name: str = "ABC Solar Company",
        seller_id: str = OPERATOR,
        time_zone: str = "America/New_York",
        billing_anchor_day: int = 1,
    ) -> str:
        """Adds a tenant and gives its id."""
        self._entries[tenant_id] = pb.Entry(
            tenant=f"tenants/{tenant_id}",
            seller=f"tenants/{seller_id}" if seller_id else "",
            display_name=display_name,
            time_zone=time_zone,
            brand=brand_pb2.Brand(display_name=display_name, primary_color="#0f766e"),
            contact_email=f"billing@{tenant_id}.example",
            billing_anchor_day=billing_anchor_day,
        )
        return tenant_id

    def end(self, tenant_id: str, service_end: datetime) -> None:
        """Ends a tenant's service."""
        self._entries[tenant_id].service_end_time.FromDatetime(service_end)

    def remove(self, tenant_id: str) -> None:
        """Forgets a tenant."""
        del self._entries[tenant_id]

    async def GetEntry(self, request: pb.GetEntryRequest, context: Context) -> pb.Entry:
        self.request_count += 1
        entry = self._entries.get(request.tenant.removeprefix("tenants/"))
        if entry is None:
            raise NotFound(resource=request.tenant)
        return entry

    async def ListEntries(
        self, request: pb.ListEntriesRequest, context: Context
    ) -> pb.ListEntriesResponse:
        self.request_count += 1
        return pb.ListEntriesResponse(entries=[self._entries[key] for key in sorted(self._entries)])
