"""WebhookEndpointService: where clients want to be told of what happens."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from google.protobuf.empty_pb2 import Empty

from services.gateway.partners.addresses import Reach
from services.gateway.rpc import wire_webhooks as wire
from services.gateway.rpc.names_of_webhooks import WebhookDeliveryName, WebhookEndpointName
from services.gateway.store import GatewayStore
from services.gateway.store.webhook_endpoints import WebhookEndpoint
from services.gateway.webhooks import endpoints
from services.kit.aip import page_token
from services.kit.aip.field_mask import changed_paths, merged
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from veneer.gateway.v1 import webhook_endpoint_service_pb2 as pb
from veneer.gateway.v1 import webhook_endpoint_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class WebhookEndpointService(rpc.WebhookEndpointServiceServicer):
    """veneer.gateway.v1.WebhookEndpointService."""

    def __init__(self, db: Database[GatewayStore], clock: Clock, reach: Reach) -> None:
        self._db, self._clock, self._reach = db, clock, reach

    async def ListWebhookEndpoints(
        self, request: pb.ListWebhookEndpointsRequest, context: Context
    ) -> pb.ListWebhookEndpointsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after = page_token.decode_place(request)
        async with self._db.read(tenant_id) as store:
            page = await store.webhook_endpoints.list_after(tenant_id, after, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.endpoint_id)
        return pb.ListWebhookEndpointsResponse(
            webhook_endpoints=map(wire.endpoint, page[:size]), next_page_token=token
        )

    async def GetWebhookEndpoint(
        self, request: pb.GetWebhookEndpointRequest, context: Context
    ) -> pb.WebhookEndpoint:
        name = _endpoint_name(request.name)
        async with self._db.read(name.tenant) as store:
            return wire.endpoint(await endpoints.found(store, name.tenant, name.webhook_endpoint))

    async def CreateWebhookEndpoint(
        self, request: pb.CreateWebhookEndpointRequest, context: Context
    ) -> pb.WebhookEndpoint:
        tenant_id = tenant_id_of(request.parent, "parent")
        asked = request.webhook_endpoint
        new = endpoints.checked(
            WebhookEndpoint(
                tenant_id=tenant_id,
                endpoint_id=f"w{uuid.uuid4().hex[:15]}",
                url=await self._reach.checked(asked.url),
                display_name=asked.display_name,
                event_types=list(asked.event_types),
                is_enabled=asked.state != pb.WebhookEndpoint.DISABLED,
                secret=endpoints.new_secret(),
                create_time=self._clock.now(),
            )
        )
        key = (tenant_id, "CreateWebhookEndpoint", request.request_id)
        async with self._db.transaction(tenant_id) as store:
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.WebhookEndpoint.FromString(answered)
            answer = wire.endpoint_with_secret(await endpoints.create(store, new))
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def UpdateWebhookEndpoint(
        self, request: pb.UpdateWebhookEndpointRequest, context: Context
    ) -> pb.WebhookEndpoint:
        patch = request.webhook_endpoint
        name = _endpoint_name(patch.name, "webhook_endpoint.name")
        if "url" in changed_paths(request.update_mask, patch):
            # Before the transaction: it asks a name server.
            await self._reach.checked(patch.url)
        async with self._db.transaction(name.tenant) as store:
            before = await endpoints.found(
                store, name.tenant, name.webhook_endpoint, for_update=True
            )
            wanted = merged(request.update_mask, patch, wire.endpoint(before))
            after = endpoints.checked(wire.changed(before, wanted))
            if after.is_enabled and not before.is_enabled:
                after = replace(after, failing_since_time=None)
            await store.webhook_endpoints.save(after)
            await store.changes.note(endpoints.change_of("webhookEndpoints.update", before, after))
        return wire.endpoint(after)

    async def DeleteWebhookEndpoint(
        self, request: pb.DeleteWebhookEndpointRequest, context: Context
    ) -> Empty:
        name = _endpoint_name(request.name)
        async with self._db.transaction(name.tenant) as store:
            gone = await endpoints.found(store, name.tenant, name.webhook_endpoint, for_update=True)
            await store.webhook_endpoints.remove(name.tenant, name.webhook_endpoint)
            await store.changes.note(endpoints.change_of("webhookEndpoints.delete", gone, None))
        return Empty()

    async def RotateWebhookSecret(
        self, request: pb.RotateWebhookSecretRequest, context: Context
    ) -> pb.WebhookEndpoint:
        name = _endpoint_name(request.name)
        key = (name.tenant, "RotateWebhookSecret", request.request_id)
        async with self._db.transaction(name.tenant) as store:
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.WebhookEndpoint.FromString(answered)
            rotated = await endpoints.rotate_secret(
                store, name.tenant, name.webhook_endpoint, self._clock.now()
            )
            answer = wire.endpoint_with_secret(rotated)
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def TestWebhookEndpoint(
        self, request: pb.TestWebhookEndpointRequest, context: Context
    ) -> pb.WebhookDelivery:
        name = _endpoint_name(request.name)
        async with self._db.transaction(name.tenant) as store:
            sent = await endpoints.send_test(
                store, name.tenant, name.webhook_endpoint, self._clock.now()
            )
        return wire.delivery(sent)

    async def ListWebhookDeliveries(
        self, request: pb.ListWebhookDeliveriesRequest, context: Context
    ) -> pb.ListWebhookDeliveriesResponse:
        name = _endpoint_name(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.read(name.tenant) as store:
            page = await store.webhook_deliveries.list_before(
                name.tenant, name.webhook_endpoint, before, size + 1
            )
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.event_id)
        return pb.ListWebhookDeliveriesResponse(
            webhook_deliveries=map(wire.delivery, page[:size]), next_page_token=token
        )

    async def ReplayWebhookDelivery(
        self, request: pb.ReplayWebhookDeliveryRequest, context: Context
    ) -> pb.WebhookDelivery:
        name = WebhookDeliveryName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._db.transaction(tenant_id) as store:
            again = await endpoints.replay(
                store, tenant_id, name.webhook_endpoint, name.webhook_delivery
            )
        return wire.delivery(again)


def _endpoint_name(text: str, field: str = "name") -> WebhookEndpointName:
    name = WebhookEndpointName.parse(text, field)
    possible_tenant_id(name.tenant, text)
    return name
