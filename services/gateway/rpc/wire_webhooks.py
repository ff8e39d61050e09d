"""Webhooks as messages, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.rpc.names_of_webhooks import WebhookDeliveryName, WebhookEndpointName
from services.gateway.store.webhook_deliveries import Attempt, Delivery
from services.gateway.store.webhook_endpoints import WebhookEndpoint
from veneer.gateway.v1 import webhook_endpoint_service_pb2 as pb


def endpoint(found: WebhookEndpoint) -> pb.WebhookEndpoint:
    """An endpoint without its secret."""
    kind = pb.WebhookEndpoint
    since = found.failing_since_time
    return kind(
        name=str(WebhookEndpointName(found.tenant_id, found.endpoint_id)),
        url=found.url,
        display_name=found.display_name,
        event_types=found.event_types,
        state=kind.ENABLED if found.is_enabled else kind.DISABLED,
        failing_since_time=timestamp(since) if since else None,
        create_time=timestamp(found.create_time),
    )


def endpoint_with_secret(made: WebhookEndpoint) -> pb.WebhookEndpoint:
    """An endpoint as who made its secret sees it, this once."""
    message = endpoint(made)
    message.secret = made.secret
    return message


def changed(before: WebhookEndpoint, wanted: pb.WebhookEndpoint) -> WebhookEndpoint:
    """Gives an endpoint as it is wanted."""
    return replace(
        before,
        url=wanted.url,
        display_name=wanted.display_name,
        event_types=list(wanted.event_types),
        is_enabled=wanted.state != pb.WebhookEndpoint.DISABLED,
    )


def delivery(found: Delivery) -> pb.WebhookDelivery:
    """A delivery with its attempts."""
    name = WebhookDeliveryName(found.tenant_id, found.endpoint_id, found.event_id)
    following = found.next_attempt_time
    return pb.WebhookDelivery(
        name=str(name),
        event_type=found.event_type,
        payload=found.payload,
        state=pb.WebhookDelivery.State.Value(found.state),
        attempts=map(_attempt, found.attempts),
        create_time=timestamp(found.create_time),
        next_attempt_time=timestamp(following) if following else None,
    )


def timestamp(instant: datetime) -> Timestamp:
    """An instant."""
    wire = Timestamp()
    wire.FromDatetime(instant.astimezone(UTC))
    return wire


def _attempt(made: Attempt) -> pb.WebhookDelivery.Attempt:
    return pb.WebhookDelivery.Attempt(
        attempt_time=timestamp(datetime.fromisoformat(made.time)),
        status=made.status,
        problem=made.problem,
    )
