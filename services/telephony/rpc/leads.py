"""LeadService: the people on lists, as the dialer has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.kit.aip import field_mask, page_token
from services.kit.aip.resource_name import possible_tenant_id
from services.telephony.domain.leads.changing import changes_of
from services.telephony.domain.leads.lead_number import lead_id_of, lead_number_of
from services.telephony.rpc import wire_leads as wire
from services.telephony.rpc.lead_lists import key_of
from services.telephony.rpc.names import LeadListName, LeadName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.usecases.change_leads import LeadDesk
from services.telephony.usecases.client_desk import Asked
from veneer.telephony.v1 import lead_service_pb2 as pb
from veneer.telephony.v1 import lead_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class LeadService(rpc.LeadServiceServicer):
    """veneer.telephony.v1.LeadService."""

    def __init__(self, desk: LeadDesk) -> None:
        self._desk = desk

    async def GetLead(self, request: pb.GetLeadRequest, context: Context) -> pb.Lead:
        return await self._lead(_name(request.name, "name"))

    async def ListLeads(
        self, request: pb.ListLeadsRequest, context: Context
    ) -> pb.ListLeadsResponse:
        tenant_id, list_id = key_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = cursor_of(request)
        after = lead_number_of(cursor, tenant_id) if cursor else 0
        found = await self._desk.leads_after(tenant_id, list_id, after, size + 1)

        def id_of(row: dict[str, Any]) -> str:
            return lead_id_of(int(row["lead_id"]), tenant_id)

        page, token = cut(request, found, size, id_of)
        leads = [wire.lead(request.parent, tenant_id, row) for row in page]
        return pb.ListLeadsResponse(leads=leads, next_page_token=token)

    async def UpdateLead(self, request: pb.UpdateLeadRequest, context: Context) -> pb.Lead:
        name = _name(request.lead.name, "lead.name")
        paths = field_mask.changed_paths(request.update_mask, request.lead)
        wanted = {path: str(getattr(request.lead, path)) for path in paths if path != "name"}
        changes = changes_of(wanted, wire.CHANGEABLE)
        number = lead_number_of(name.lead, name.tenant)
        key = (name.tenant, name.lead_list, number)
        await self._desk.change(key, changes, Asked(name.tenant, request))
        return await self._lead(name)

    async def _lead(self, name: LeadName) -> pb.Lead:
        row = await self._desk.lead(
            name.tenant, name.lead_list, lead_number_of(name.lead, name.tenant)
        )
        return wire.lead(str(LeadListName(name.tenant, name.lead_list)), name.tenant, row)


def _name(text: str, field: str) -> LeadName:
    name = LeadName.parse(text, field)
    possible_tenant_id(name.tenant, text)
    return name
