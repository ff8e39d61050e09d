"""A client's campaigns: what each does, and the forms that make, change, pause and resume them."""

from __future__ import annotations

from collections.abc import Awaitable

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.client.campaign_form import (
    CALLING_HOURS,
    DIAL_METHODS,
    DIALS,
    RECORDING_MODES,
    typed_campaign,
    values_of,
)
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path, resource_id
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import Refusal
from veneer.telephony.v1 import campaign_service_pb2 as pb
from veneer.telephony.v1 import did_service_pb2

_PATH = "/campaigns"
_SHOWN = 200
_NUMBERS_SHOWN = 500


async def campaigns(visit: Visit) -> Response:
    """Shows the campaigns that are not over."""
    return await _list(visit)


async def new_campaign(visit: Visit) -> Response:
    """Shows the empty form."""
    return await _form(visit, values_of(pb.Campaign()))


async def create_campaign(visit: Visit) -> Response:
    """Makes a campaign, which is paused, and shows it."""
    form = await form_of(visit)
    request_id = form.get("request_id", "")
    try:
        request = pb.CreateCampaignRequest(
            parent=visit.site.tenant,
            campaign=typed_campaign(form),
            campaign_id=resource_id(form.get("display_name", ""), request_id),
            request_id=request_id,
        )
        made = await visit.services.campaigns.CreateCampaign(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _form(visit, form, problem=refusal_of(error))
    return visit.go_to(f"{_PATH}/{made.name.rpartition('/')[2]}")


async def campaign(visit: Visit) -> Response:
    """Shows one campaign, ready to be changed."""
    found = await _get(visit)
    return await _form(visit, values_of(found), found)


async def update_campaign(visit: Visit) -> Response:
    """Changes what is safe to change; refuses what somebody else has changed meanwhile."""
    form, name = await form_of(visit), _name(visit)
    try:
        wanted = typed_campaign(form)
        wanted.name, wanted.etag = name, form.get("etag", "")
        request = pb.UpdateCampaignRequest(campaign=wanted, request_id=form.get("request_id", ""))
        request.update_mask.paths.extend(values_of(wanted))
        await visit.services.campaigns.UpdateCampaign(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _form(visit, form, await _get(visit), refusal_of(error))
    return visit.go_to(f"{_PATH}?done=saved")


async def pause_campaign(visit: Visit) -> Response:
    """Stops dialing."""
    form = await form_of(visit)
    request = pb.PauseCampaignRequest(name=_name(visit), request_id=form.get("request_id", ""))
    pausing = visit.services.campaigns.PauseCampaign(request, metadata=visit.metadata)
    return await _move(visit, pausing)


async def resume_campaign(visit: Visit) -> Response:
    """Goes on dialing."""
    form = await form_of(visit)
    request = pb.ResumeCampaignRequest(name=_name(visit), request_id=form.get("request_id", ""))
    resuming = visit.services.campaigns.ResumeCampaign(request, metadata=visit.metadata)
    return await _move(visit, resuming)


async def _move(visit: Visit, doing: Awaitable[pb.Campaign]) -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _list(visit, refusal_of(error))
    return visit.go_to(_PATH)


async def _list(visit: Visit, problem: Problem | None = None) -> Response:
    request = pb.ListCampaignsRequest(
        parent=visit.site.tenant,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.campaigns.ListCampaigns(request, metadata=visit.metadata)
    return visit.page(
        "client/campaigns.html",
        status=problem.http_status if problem else 200,
        title="Campaigns",
        campaigns=answer.campaigns,
        next_page=answer.next_page_token,
        active=pb.Campaign.ACTIVE,
        dials=DIALS,
        may_change=visit.caller.may("campaigns.write"),
        is_saved=problem is None and visit.request.query_params.get("done") == "saved",
        problem=problem,
        request_id=new_request_id,
    )


async def _form(
    visit: Visit,
    values: dict[str, str],
    found: pb.Campaign | None = None,
    problem: Problem | None = None,
) -> Response:
    return visit.page(
        "client/campaign.html",
        status=problem.http_status if problem else 200,
        title=found.display_name if found else "New campaign",
        campaign=found,
        values=values,
        etag=values.get("etag") or (found.etag if found else ""),
        numbers=await _numbers(visit, values["caller_number"]),
        dial_methods=DIAL_METHODS,
        calling_hours=CALLING_HOURS,
        recording_modes=RECORDING_MODES,
        may_change=visit.caller.may("campaigns.write"),
        problem=problem,
        request_id=new_request_id,
    )


async def _numbers(visit: Visit, chosen: str) -> list[str]:
    """Gives the numbers that may be shown to who is called, and the one that is shown."""
    numbers = {chosen} - {""}
    if visit.caller.may("dids.read"):
        request = did_service_pb2.ListDidsRequest(
            parent=visit.site.tenant, page_size=_NUMBERS_SHOWN
        )
        answer = await visit.services.dids.ListDids(request, metadata=visit.metadata)
        numbers |= {did.phone_number for did in answer.dids if not did.HasField("end_date")}
    return sorted(numbers)


async def _get(visit: Visit) -> pb.Campaign:
    request = pb.GetCampaignRequest(name=_name(visit))
    return await visit.services.campaigns.GetCampaign(request, metadata=visit.metadata)


def _name(visit: Visit) -> str:
    return name_in_path(visit, "campaigns", "campaign")
