"""How programs use the API, and the keys that they do it with."""

from __future__ import annotations

import uuid

import grpc
from starlette.responses import Response

from services.gateway.portal.calendar import month_of
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.tenancy.v1 import api_key_service_pb2 as pb

_KEYS_SHOWN = 100


async def show_api(visit: Visit) -> Response:
    """Shows the page."""
    return await _page(visit)


async def create_key(visit: Visit) -> Response:
    """Makes a key and shows its secret, this once."""
    form = await form_of(visit)
    request = pb.CreateApiKeyRequest(
        parent=visit.site.tenant,
        api_key=pb.ApiKey(display_name=form.get("display_name", "").strip()),
        request_id=str(uuid.uuid4()),
    )
    try:
        made = await visit.services.api_keys.CreateApiKey(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, problem=refusal_of(error))
    return await _page(visit, made=made)


async def revoke_key(visit: Visit) -> Response:
    """Revokes a key for good."""
    name = f"{visit.site.tenant}/apiKeys/{visit.request.path_params['api_key']}"
    await visit.services.api_keys.RevokeApiKey(
        pb.RevokeApiKeyRequest(name=name), metadata=visit.metadata
    )
    return visit.go_to("/api")


async def _page(
    visit: Visit, made: pb.ApiKey | None = None, problem: Problem | None = None
) -> Response:
    keys: list[pb.ApiKey] = []
    if visit.caller.may("apiKeys.read"):
        request = pb.ListApiKeysRequest(parent=visit.site.tenant, page_size=_KEYS_SHOWN)
        answer = await visit.services.api_keys.ListApiKeys(request, metadata=visit.metadata)
        keys = list(answer.api_keys)
    return visit.page(
        "client/api.html",
        status=problem.http_status if problem else 200,
        title="API",
        base_url=visit.base_url,
        month=month_of(await visit.portal.zones.today(visit.site.tenant)),
        keys=keys,
        may_write=visit.caller.may("apiKeys.write"),
        made=made,
        problem=problem,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )
