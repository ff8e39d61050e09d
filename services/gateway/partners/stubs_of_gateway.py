"""Stubs of what the gateway itself serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from veneer.gateway.v1 import (
    leak_alarm_service_pb2_grpc,
    webhook_endpoint_service_pb2_grpc,
)

if TYPE_CHECKING:
    from veneer.gateway.v1.leak_alarm_service_pb2_grpc import LeakAlarmServiceAsyncStub
    from veneer.gateway.v1.webhook_endpoint_service_pb2_grpc import WebhookEndpointServiceAsyncStub


class GatewayServices:
    """The stubs, by what the gateway calls them."""

    leak_alarms: LeakAlarmServiceAsyncStub
    webhooks: WebhookEndpointServiceAsyncStub


# The generated stubs are typed for synchronous channels, the Async ones exist for mypy alone.
STUBS: dict[str, Callable[[Any], Any]] = {
    "leak_alarms": leak_alarm_service_pb2_grpc.LeakAlarmServiceStub,
    "webhooks": webhook_endpoint_service_pb2_grpc.WebhookEndpointServiceStub,
}
