"""CallService: calls as a client sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.usage.rpc import wire
from services.usage.rpc.names import CallName
from services.usage.store import UsageStore
from services.usage.store.calls import CallFilter
from veneer.usage.v1 import call_service_pb2, call_service_pb2_grpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_PAGE_SIZE = 50
_PAGE_SIZE_MAX = 1000


class CallService(call_service_pb2_grpc.CallServiceServicer):
    """veneer.usage.v1.CallService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def GetCall(
        self, request: call_service_pb2.GetCallRequest, context: Context
    ) -> call_service_pb2.Call:
        name = CallName.parse(request.name)
        async with self._db.read(possible_tenant_id(name.tenant)) as store:
            found = await store.calls.find(name.call)
        if found is None:
            raise NotFound(resource=request.name)
        return wire.call(name.tenant, found)

    async def ListCalls(
        self, request: call_service_pb2.ListCallsRequest, context: Context
    ) -> call_service_pb2.ListCallsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, _PAGE_SIZE, _PAGE_SIZE_MAX)
        cursor = page_token.decode(request)
        if cursor is not None and len(cursor) != 1:
            raise page_token.InvalidPageToken
        which = CallFilter(
            start_date=wire.read_date(request.start_date)
            if request.HasField("start_date")
            else None,
            end_date=wire.read_date(request.end_date) if request.HasField("end_date") else None,
            answered_only=request.answered_only,
        )
        async with self._db.read(tenant_id) as store:
            page = await store.calls.list_before(cursor[0] if cursor else None, which, size + 1)
        token = page_token.encode(request, [page[size - 1].call_id]) if len(page) > size else ""
        return call_service_pb2.ListCallsResponse(
            calls=[wire.call(tenant_id, shown) for shown in page[:size]], next_page_token=token
        )
