"""What clients do with endpoints."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.gateway.store import GatewayStore
from services.gateway.store.webhook_deliveries import Delivery, DeliveryState
from services.gateway.store.webhook_endpoints import WebhookEndpoint
from services.gateway.webhooks.events import EVENT_TYPES, TEST, Event, deliver_to, intend
from services.kit.changes import Change, facts_of, words_of
from services.kit.errors import InvalidRequest, Kind, NotFound, QuotaExceeded, Refusal

ENDPOINTS_MAX: Final = 20
_NAME_LENGTH_MAX: Final = 80
_SECRET_BYTES: Final = 32
_BOTH_SECRETS: Final = timedelta(hours=24)
_FIELD: Final = "webhook_endpoint"


class WebhookEndpointDisabled(Refusal):
    """Nothing is sent to an endpoint that is not enabled."""

    kind = Kind.FAILED_PRECONDITION
    reason = "WEBHOOK_ENDPOINT_DISABLED"


def checked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Gives it back, or refuses with INVALID_REQUEST; its address is checked elsewhere."""
    if len(endpoint.display_name) > _NAME_LENGTH_MAX:
        raise InvalidRequest.at(
            f"{_FIELD}.display_name", f"Must be at most {_NAME_LENGTH_MAX} characters."
        )
    if unknown := set(endpoint.event_types) - set(EVENT_TYPES):
        raise InvalidRequest.at(f"{_FIELD}.event_types", f"There is no {min(unknown)[:40]!r}.")
    return replace(endpoint, event_types=[t for t in EVENT_TYPES if t in endpoint.event_types])


def name_of(endpoint: WebhookEndpoint) -> str:
    """Gives the endpoint's resource name."""
    return f"tenants/{endpoint.tenant_id}/webhookEndpoints/{endpoint.endpoint_id}"


def change_of(action: str, before: WebhookEndpoint | None, after: WebhookEndpoint | None) -> Change:
    """What became of an endpoint, for the audit log; nothing of its secrets."""
    one = after or before
    assert one is not None, "nothing became of nothing"
    names = ("url", "display_name", "event_types", "is_enabled")
    return Change(
        one.tenant_id, action, name_of(one), facts_of(before, *names), facts_of(after, *names)
    )


def new_secret() -> str:
    """Makes a secret as the specification writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


async def create(store: GatewayStore, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Adds an endpoint; refuses with QUOTA_EXCEEDED."""
    if await store.webhook_endpoints.count_locked(endpoint.tenant_id) >= ENDPOINTS_MAX:
        raise QuotaExceeded(subject="webhook endpoints", limit=ENDPOINTS_MAX)
    await store.webhook_endpoints.add(endpoint)
    await store.changes.note(change_of("webhookEndpoints.create", None, endpoint))
    return endpoint


async def found(
    store: GatewayStore, tenant_id: str, endpoint_id: str, *, for_update: bool = False
) -> WebhookEndpoint:
    """Gives an endpoint; refuses with RESOURCE_NOT_FOUND."""
    endpoint = await store.webhook_endpoints.find(tenant_id, endpoint_id, for_update=for_update)
    if endpoint is None:
        raise NotFound(resource=f"tenants/{tenant_id}/webhookEndpoints/{endpoint_id}")
    return endpoint


async def rotate_secret(
    store: GatewayStore, tenant_id: str, endpoint_id: str, now: datetime
) -> WebhookEndpoint:
    """Gives an endpoint a new secret, beside which the one before is good for a day."""
    before = await found(store, tenant_id, endpoint_id, for_update=True)
    rotated = replace(
        before,
        secret=new_secret(),
        previous_secret=before.secret,
        previous_secret_end_time=now + _BOTH_SECRETS,
    )
    await store.webhook_endpoints.save(rotated)
    done = {"secret": f"replaced, the one before is good until {words_of(now + _BOTH_SECRETS)}"}
    name = name_of(rotated)
    await store.changes.note(Change(tenant_id, "webhookEndpoints.rotateSecret", name, after=done))
    return rotated


async def send_test(
    store: GatewayStore, tenant_id: str, endpoint_id: str, now: datetime
) -> Delivery:
    """Intends to send an event that says nothing."""
    _enabled(await found(store, tenant_id, endpoint_id))
    data = {"message": "This is a test. Nothing has happened."}
    event = Event(tenant_id, f"msg_{secrets.token_hex(12)}", TEST, now, data)
    return await deliver_to(store, event, endpoint_id)


async def replay(store: GatewayStore, tenant_id: str, endpoint_id: str, event_id: str) -> Delivery:
    """Intends to send a delivery once more, at once; refuses with RESOURCE_NOT_FOUND."""
    _enabled(await found(store, tenant_id, endpoint_id))
    delivery = await store.webhook_deliveries.find(
        tenant_id, endpoint_id, event_id, for_update=True
    )
    if delivery is None:
        name = f"tenants/{tenant_id}/webhookEndpoints/{endpoint_id}/deliveries/{event_id}"
        raise NotFound(resource=name)
    waiting = replace(delivery, state=DeliveryState.WAITING)
    await store.webhook_deliveries.save(waiting)
    await intend(store, waiting)
    name = f"tenants/{tenant_id}/webhookEndpoints/{endpoint_id}/deliveries/{event_id}"
    before, after = (facts_of(each, "state") for each in (delivery, waiting))
    await store.changes.note(
        Change(tenant_id, "webhookDeliveries.replay", name, {**before}, {**after, "sent": "again"})
    )
    return waiting


def _enabled(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_enabled:
        raise WebhookEndpointDisabled("The endpoint is disabled. Enable it first.")
