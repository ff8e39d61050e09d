"""The resource names of webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName


@dataclass(frozen=True, slots=True)
class WebhookEndpointName(ResourceName):
    """`tenants/{tenant}/webhookEndpoints/{webhook_endpoint}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/webhookEndpoints/{webhook_endpoint}")

    tenant: str
    webhook_endpoint: str


@dataclass(frozen=True, slots=True)
class WebhookDeliveryName(ResourceName):
    """`tenants/{tenant}/webhookEndpoints/{webhook_endpoint}/deliveries/{webhook_delivery}`."""

    pattern: ClassVar[Pattern] = Pattern(
        "tenants/{tenant}/webhookEndpoints/{webhook_endpoint}/deliveries/{webhook_delivery}"
    )

    tenant: str
    webhook_endpoint: str
    webhook_delivery: str
