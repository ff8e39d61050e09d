"""Scripted lists of leads: one, which nothing changes."""

from __future__ import annotations

from typing import Any

from services.kit.errors import NotFound
from tests.support.gateway.world import World
from veneer.telephony.v1 import lead_list_service_pb2 as pb
from veneer.telephony.v1 import lead_list_service_pb2_grpc as rpc
from veneer.telephony.v1 import lead_service_pb2 as leads_pb
from veneer.telephony.v1 import lead_service_pb2_grpc as leads_rpc


class LeadLists(rpc.LeadListServiceServicer):
    """Hears what is to be made."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListLeadLists(self, request: Any, context: Any) -> Any:
        return pb.ListLeadListsResponse(lead_lists=[_may(request.parent)])

    async def GetLeadList(self, request: Any, context: Any) -> Any:
        found = _may(request.name.partition("/leadLists/")[0])
        if request.name != found.name:
            raise NotFound(resource=request.name)
        return found

    async def CreateLeadList(self, request: Any, context: Any) -> Any:
        made = request.lead_list
        self._world.hear(f"CreateLeadList {made.display_name} {made.campaign}")
        made.name = f"{request.parent}/leadLists/{request.lead_list_id}"
        return made


class Leads(leads_rpc.LeadServiceServicer):
    """Three of them, on two pages."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListLeads(self, request: Any, context: Any) -> Any:
        self._world.hear("ListLeads")
        first = 2 if request.page_token else 0
        names = (("Ann", 'of "Sunny", Ltd.'), ("Ben", "Ærø"), ("Cleo", "line\nbreak"))
        answer = leads_pb.ListLeadsResponse(next_page_token="" if first else "more")
        for number, (name, comments) in list(enumerate(names))[first : first + 2]:
            answer.leads.add(
                name=f"{request.parent}/leads/{number}",
                phone_number=f"+1212555010{number}",
                first_name=name,
                comments=comments,
                call_count=number,
            )
        return answer


def _may(tenant: str) -> pb.LeadList:
    return pb.LeadList(
        name=f"{tenant}/leadLists/may",
        display_name="Leads of May",
        campaign=f"{tenant}/campaigns/spring",
        state=pb.LeadList.ACTIVE,
    )
