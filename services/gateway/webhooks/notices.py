"""Tells a client by mail that its program cannot be reached any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from services.gateway.store.webhook_endpoints import WebhookEndpoint
from services.kit.db.outbox import Intent
from veneer.tenancy.v1 import webhook_notice_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.webhook_notice_service_pb2_grpc import WebhookNoticeServiceAsyncStub

# The outbox's kind of a notice that is to be written.
TELL_DISABLED: Final = "webhook-endpoint-disabled"


def notice_of(endpoint: WebhookEndpoint, since: datetime) -> dict[str, Any]:
    """Gives what is to be known of an endpoint that was disabled; its id names the notice."""
    return {
        "tenant": f"tenants/{endpoint.tenant_id}",
        "notice_id": f"webhook-disabled.{endpoint.endpoint_id}.{since:%Y%m%dT%H%M%S}",
        "endpoint": endpoint.display_name or urlsplit(endpoint.url).hostname or "",
        "since": f"{since:%B} {since.day}, {since:%H:%M} UTC",
    }


class DisabledNotices:
    """Hands notices to tenancy, which writes each once however often it is asked to."""

    def __init__(self, tenancy: WebhookNoticeServiceAsyncStub) -> None:
        self._tenancy = tenancy

    async def tell(self, intent: Intent) -> None:
        """Has one written."""
        await self._tenancy.SendEndpointDisabledNotice(
            pb.SendEndpointDisabledNoticeRequest(**intent.payload)
        )
