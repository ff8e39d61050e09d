"""LeadListService: the lists that campaigns call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.telephony.rpc import wire_leads as wire
from services.telephony.rpc.names import LeadListName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.usecases.client_desk import Asked, ClientDesk
from services.telephony.usecases.keep_lead_lists import (
    adopt_lead_list,
    change_lead_list,
    create_lead_list,
    delete_lead_list,
    lead_list_there,
)
from veneer.telephony.v1 import lead_list_service_pb2 as pb
from veneer.telephony.v1 import lead_list_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class LeadListService(rpc.LeadListServiceServicer):
    """veneer.telephony.v1.LeadListService."""

    def __init__(self, desk: ClientDesk) -> None:
        self._desk = desk

    async def GetLeadList(self, request: pb.GetLeadListRequest, context: Context) -> pb.LeadList:
        key = key_of(request.name)
        async with self._desk.db.read(key[0]) as store:
            return wire.lead_list(await lead_list_there(store, *key))

    async def ListLeadLists(
        self, request: pb.ListLeadListsRequest, context: Context
    ) -> pb.ListLeadListsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after = cursor_of(request)
        async with self._desk.db.transaction(tenant_id) as store:
            await adopt_lead_list(store, tenant_id)
            found = await store.lead_lists.list_after(tenant_id, after, size + 1)
        page, token = cut(request, found, size, lambda each: each.list_id)
        return pb.ListLeadListsResponse(
            lead_lists=[wire.lead_list(each) for each in page], next_page_token=token
        )

    async def CreateLeadList(
        self, request: pb.CreateLeadListRequest, context: Context
    ) -> pb.LeadList:
        tenant_id = tenant_id_of(request.parent, "parent")
        wanted = wire.lead_list_from(tenant_id, request, self._desk.clock)
        asked = Asked(tenant_id, request)
        return wire.lead_list(await create_lead_list(self._desk, wanted, asked))

    async def UpdateLeadList(
        self, request: pb.UpdateLeadListRequest, context: Context
    ) -> pb.LeadList:
        key = key_of(request.lead_list.name, "lead_list.name")
        changed = await change_lead_list(
            self._desk,
            key,
            Asked(key[0], request),
            lambda current: wire.lead_list_merged(current, request),
            request.lead_list.etag,
        )
        return wire.lead_list(changed)

    async def DeleteLeadList(
        self, request: pb.DeleteLeadListRequest, context: Context
    ) -> pb.LeadList:
        key = key_of(request.name)
        return wire.lead_list(await delete_lead_list(self._desk, key, Asked(key[0], request)))


def key_of(text: str, field: str = "name") -> tuple[str, str]:
    """Gives tenant and list of a list's name."""
    name = LeadListName.parse(text, field)
    return possible_tenant_id(name.tenant, text), name.lead_list
