"""Webhooks: where a client's programs are told of what happens, and what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import NotFound
from veneer.gateway.v1 import webhook_endpoint_service_pb2 as pb

_PATH: Final = "/api/webhooks"
_SHOWN: Final = 50
# What people read of each type of event.
EVENTS: Final = {
    "call.finished": "A call has ended",
    "call.disposition": "What became of a call is known, or changed",
    "invoice.issued": "An invoice was sent",
    "payment.succeeded": "A payment has arrived",
    "limit.near": "Spending comes near a limit",
    "price.notice": "Prices will change",
    "service.changed": "The service was suspended, limited or resumed",
}
_EVENT_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,80}\Z")


async def webhooks(visit: Visit) -> Response:
    """Shows the endpoints."""
    return await _list(visit)


async def create_webhook(visit: Visit) -> Response:
    """Makes an endpoint and shows its secret, this once."""
    form = await form_of(visit)
    request = pb.CreateWebhookEndpointRequest(
        parent=visit.site.tenant,
        webhook_endpoint=pb.WebhookEndpoint(
            url=form.get("url", "").strip(),
            display_name=form.get("display_name", "").strip(),
            event_types=_types_in(form),
        ),
        request_id=form.get("request_id", ""),
    )
    try:
        made = await visit.services.webhooks.CreateWebhookEndpoint(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _list(visit, refusal_of(error), form)
    return await _show(visit, made.name, made=made)


async def webhook(visit: Visit) -> Response:
    """Shows one endpoint and what was sent to it."""
    return await _show(visit, _name(visit))


async def update_webhook(visit: Visit) -> Response:
    """Changes what an endpoint is told of, or its address."""
    form = await form_of(visit)
    wanted = pb.WebhookEndpoint(
        name=_name(visit),
        url=form.get("url", "").strip(),
        display_name=form.get("display_name", "").strip(),
        event_types=_types_in(form),
    )
    return await _save(visit, wanted, ("url", "display_name", "event_types"), form)


async def switch_webhook(visit: Visit) -> Response:
    """Disables an endpoint, or enables it."""
    form = await form_of(visit)
    kind = pb.WebhookEndpoint
    state = kind.ENABLED if form.get("state") == "enabled" else kind.DISABLED
    return await _save(visit, kind(name=_name(visit), state=state), ("state",), {})


async def rotate_webhook_secret(visit: Visit) -> Response:
    """Gives an endpoint a new secret and shows it, this once."""
    form, name = await form_of(visit), _name(visit)
    request = pb.RotateWebhookSecretRequest(name=name, request_id=form.get("request_id", ""))
    try:
        made = await visit.services.webhooks.RotateWebhookSecret(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _show(visit, name, refusal_of(error))
    return await _show(visit, name, made=made)


async def test_webhook(visit: Visit) -> Response:
    """Sends an event that says nothing."""
    name = _name(visit)
    request = pb.TestWebhookEndpointRequest(name=name)
    try:
        await visit.services.webhooks.TestWebhookEndpoint(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _show(visit, name, refusal_of(error))
    return visit.go_to(f"{_path(name)}#deliveries")


async def replay_webhook(visit: Visit) -> Response:
    """Sends a delivery once more."""
    name, delivery = _name(visit), visit.request.path_params["delivery"]
    if not _EVENT_ID.match(delivery):
        raise NotFound(resource=delivery)
    request = pb.ReplayWebhookDeliveryRequest(name=f"{name}/deliveries/{delivery}")
    try:
        await visit.services.webhooks.ReplayWebhookDelivery(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _show(visit, name, refusal_of(error))
    return visit.go_to(f"{_path(name)}#deliveries")


async def delete_webhook(visit: Visit) -> Response:
    """Removes an endpoint with everything that was sent to it."""
    request = pb.DeleteWebhookEndpointRequest(name=_name(visit))
    await visit.services.webhooks.DeleteWebhookEndpoint(request, metadata=visit.metadata)
    return visit.go_to(_PATH)


async def _save(
    visit: Visit, wanted: pb.WebhookEndpoint, paths: tuple[str, ...], form: Mapping[str, str]
) -> Response:
    request = pb.UpdateWebhookEndpointRequest(
        webhook_endpoint=wanted, update_mask=FieldMask(paths=paths)
    )
    try:
        await visit.services.webhooks.UpdateWebhookEndpoint(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _show(visit, wanted.name, refusal_of(error), typed=form)
    return visit.go_to(_path(wanted.name))


async def _list(
    visit: Visit, problem: Problem | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    request = pb.ListWebhookEndpointsRequest(parent=visit.site.tenant, page_size=_SHOWN)
    answer = await visit.services.webhooks.ListWebhookEndpoints(request, metadata=visit.metadata)
    return visit.page(
        "client/webhooks.html",
        status=problem.http_status if problem else 200,
        title="Webhooks",
        endpoints=answer.webhook_endpoints,
        enabled=pb.WebhookEndpoint.ENABLED,
        events=EVENTS,
        chosen=_types_in(typed) if typed else (),
        typed=typed or {},
        may_write=visit.caller.may("webhooks.write"),
        problem=problem,
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _show(
    visit: Visit,
    name: str,
    problem: Problem | None = None,
    made: pb.WebhookEndpoint | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    webhooks = visit.services.webhooks
    endpoint = await webhooks.GetWebhookEndpoint(
        pb.GetWebhookEndpointRequest(name=name), metadata=visit.metadata
    )
    token = visit.request.query_params.get("page", "")
    deliveries = await webhooks.ListWebhookDeliveries(
        pb.ListWebhookDeliveriesRequest(parent=name, page_size=_SHOWN, page_token=token),
        metadata=visit.metadata,
    )
    kept = {"url": endpoint.url, "display_name": endpoint.display_name}
    return visit.page(
        "client/webhook.html",
        status=problem.http_status if problem else 200,
        title=endpoint.display_name or "Webhook",
        endpoint=endpoint,
        here=_path(name),
        deliveries=deliveries.webhook_deliveries,
        next_page=deliveries.next_page_token,
        kinds=pb.WebhookDelivery,
        enabled=pb.WebhookEndpoint.ENABLED,
        events=EVENTS,
        chosen=_types_in(typed) if typed else endpoint.event_types,
        typed=typed or kept,
        made=made,
        may_write=visit.caller.may("webhooks.write"),
        problem=problem,
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


def _types_in(form: Mapping[str, str]) -> list[str]:
    return [event_type for event_type in EVENTS if form.get(event_type) == "1"]


def _name(visit: Visit) -> str:
    return name_in_path(visit, "webhookEndpoints", "webhook")


def _path(name: str) -> str:
    return f"{_PATH}/{name.rpartition('/')[2]}"
