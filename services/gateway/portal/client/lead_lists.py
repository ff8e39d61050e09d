"""A client's lists of leads, the form that makes one, and what became of the files sent to it."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.client.campaign_names import campaign_names
from services.gateway.portal.handling import form_of, refusal_of, words_of
from services.gateway.portal.resource_ids import name_in_path, resource_id
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.telephony.v1 import lead_list_service_pb2 as pb
from veneer.telephony.v1 import lead_upload_service_pb2 as uploads_pb

_SHOWN = 200
_UPLOADS_SHOWN = 50


async def lead_lists(visit: Visit) -> Response:
    """Shows the lists, and the form for a new one."""
    return await _page(visit, {})


async def create_lead_list(visit: Visit) -> Response:
    """Makes a list, which is empty, and shows it."""
    form = await form_of(visit)
    display_name = form.get("display_name", "").strip()
    request_id = form.get("request_id", "")
    state = pb.LeadList.ACTIVE if form.get("is_dialed") == "1" else pb.LeadList.INACTIVE
    request = pb.CreateLeadListRequest(
        parent=visit.site.tenant,
        lead_list=pb.LeadList(
            display_name=display_name, campaign=form.get("campaign", ""), state=state
        ),
        lead_list_id=resource_id(display_name, request_id),
        request_id=request_id,
    )
    try:
        made = await visit.services.lead_lists.CreateLeadList(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"/lists/{made.name.rpartition('/')[2]}")


async def lead_list(visit: Visit) -> Response:
    """Shows one list: the files that were sent, and the rows that were not taken."""
    return await _list_page(visit)


async def tell_of_lead_file(visit: Visit, problem: Problem) -> Response:
    """Shows the list again, with what was wrong with a file beside its field."""
    return await _list_page(visit, problem)


async def _list_page(visit: Visit, problem: Problem | None = None) -> Response:
    name = name_in_path(visit, "leadLists", "lead_list")
    found = await visit.services.lead_lists.GetLeadList(
        pb.GetLeadListRequest(name=name), metadata=visit.metadata
    )
    request = uploads_pb.ListLeadUploadsRequest(parent=name, page_size=_UPLOADS_SHOWN)
    answer = await visit.services.lead_uploads.ListLeadUploads(request, metadata=visit.metadata)
    return visit.page(
        "client/lead_list.html",
        status=problem.http_status if problem else 200,
        wrong={"file": words_of(problem)} if problem else {},
        title=found.display_name,
        lead_list=found,
        active=pb.LeadList.ACTIVE,
        campaign_names=await campaign_names(visit),
        uploads=answer.lead_uploads,
        may_change=visit.caller.may("leads.write"),
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _page(visit: Visit, form: dict[str, str], problem: Problem | None = None) -> Response:
    request = pb.ListLeadListsRequest(
        parent=visit.site.tenant,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.lead_lists.ListLeadLists(request, metadata=visit.metadata)
    return visit.page(
        "client/lead_lists.html",
        status=problem.http_status if problem else 200,
        title="Lists",
        lead_lists=answer.lead_lists,
        next_page=answer.next_page_token,
        active=pb.LeadList.ACTIVE,
        campaign_names=await campaign_names(visit),
        may_change=visit.caller.may("leads.write"),
        form=form,
        problem=problem,
        request_id=new_request_id,
    )
