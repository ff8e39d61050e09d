"""How programs use the API, and the keys that they do it with."""

from __future__ import annotations

from collections.abc import Awaitable

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.calendar import month_of
from services.gateway.portal.client.key_form import OVERLAPS, Typed, offered, overlap
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import api_key_service_pb2 as pb

_KEYS_SHOWN = 100


async def show_api(visit: Visit) -> Response:
    """Shows the page."""
    return await _page(visit)


async def create_key(visit: Visit) -> Response:
    """Makes a key and shows its secret, this once."""
    form = await form_of(visit)
    typed = Typed.of(await visit.request.form())
    zone = await visit.portal.zones.of(visit.site.tenant)
    try:
        key = typed.key(visit.caller.permissions, zone)
    except InvalidRequest as error:
        return await _page(visit, problem=refusal_of(error), typed=typed)
    request = pb.CreateApiKeyRequest(
        parent=visit.site.tenant, api_key=key, request_id=form.get("request_id", "")
    )
    making = visit.services.api_keys.CreateApiKey(request, metadata=visit.metadata)
    return await _show_secret(visit, making, typed)


async def rotate_key(visit: Visit) -> Response:
    """Makes a key in the place of another and shows its secret, this once."""
    form = await form_of(visit)
    try:
        request = pb.RotateApiKeyRequest(
            name=_name(visit), overlap=overlap(form), request_id=form.get("request_id", "")
        )
    except InvalidRequest as error:
        return await _page(visit, problem=refusal_of(error))
    rotating = visit.services.api_keys.RotateApiKey(request, metadata=visit.metadata)
    return await _show_secret(visit, rotating)


async def revoke_key(visit: Visit) -> Response:
    """Revokes a key for good."""
    await visit.services.api_keys.RevokeApiKey(
        pb.RevokeApiKeyRequest(name=_name(visit)), metadata=visit.metadata
    )
    return visit.go_to("/api")


async def _show_secret(
    visit: Visit, doing: Awaitable[pb.ApiKey], typed: Typed | None = None
) -> Response:
    """On the page itself: it must stand in no address and in no history."""
    try:
        made = await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, problem=refusal_of(error), typed=typed)
    return await _page(visit, made=made)


async def _page(
    visit: Visit,
    made: pb.ApiKey | None = None,
    problem: Problem | None = None,
    typed: Typed | None = None,
) -> Response:
    keys: list[pb.ApiKey] = []
    if visit.caller.may("apiKeys.read"):
        request = pb.ListApiKeysRequest(parent=visit.site.tenant, page_size=_KEYS_SHOWN)
        answer = await visit.services.api_keys.ListApiKeys(request, metadata=visit.metadata)
        keys = list(answer.api_keys)
    today = await visit.portal.zones.today(visit.site.tenant)
    return visit.page(
        "client/api.html",
        status=problem.http_status if problem else 200,
        title="API",
        base_url=visit.base_url,
        month=month_of(today),
        today=today,
        keys=keys,
        states=pb.ApiKey.State,
        offered=offered(visit),
        overlaps=OVERLAPS,
        typed=typed or Typed(),
        may_write=visit.caller.may("apiKeys.write"),
        made=made,
        problem=problem,
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


def _name(visit: Visit) -> str:
    return name_in_path(visit, "apiKeys", "api_key")
