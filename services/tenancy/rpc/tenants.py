"""TenantService and DirectoryService: tenants for the operator and for the other services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import TenantName
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain.tenant import Tenant
from services.tenancy.rpc import wire
from services.tenancy.rpc.pictures import draw_pictures
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_tenant import create_tenant, operator_of
from services.tenancy.usecases.update_tenant import update_tenant
from veneer.tenancy.v1 import (
    directory_service_pb2,
    directory_service_pb2_grpc,
    tenant_service_pb2,
    tenant_service_pb2_grpc,
)

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateTenant"


class TenantService(tenant_service_pb2_grpc.TenantServiceServicer):
    """veneer.tenancy.v1.TenantService."""

    def __init__(self, db: Database[TenancyStore], clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def GetTenant(
        self, request: tenant_service_pb2.GetTenantRequest, context: Context
    ) -> tenant_service_pb2.Tenant:
        (answer,) = await _with_ends(self._db, [await _get(self._db, request.name, "name")])
        return answer

    async def ListTenants(
        self, request: tenant_service_pb2.ListTenantsRequest, context: Context
    ) -> tenant_service_pb2.ListTenantsResponse:
        size = page_token.page_size(request, 50, 500)
        page, token = await _page(self._db, request, size)
        return tenant_service_pb2.ListTenantsResponse(
            tenants=await _with_ends(self._db, page), next_page_token=token
        )

    async def CreateTenant(
        self, request: tenant_service_pb2.CreateTenantRequest, context: Context
    ) -> tenant_service_pb2.Tenant:
        await draw_pictures(request.tenant.brand, "tenant.brand")
        seller_id = (await operator_of(self._db)).tenant_id
        asked = wire.tenant_from(request, seller_id, self._clock.now())
        async with self._db.operator_transaction() as store:
            key = (seller_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return tenant_service_pb2.Tenant.FromString(answered)
            answer = wire.tenant(await create_tenant(store, asked))
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def UpdateTenant(
        self, request: tenant_service_pb2.UpdateTenantRequest, context: Context
    ) -> tenant_service_pb2.Tenant:
        tenant_id = TenantName.parse(request.tenant.name, "tenant.name").tenant
        await draw_pictures(request.tenant.brand, "tenant.brand")
        updated = await update_tenant(
            self._db,
            tenant_id,
            lambda tenant: wire.edited(tenant, request),
            request.tenant.etag,
        )
        return wire.tenant(updated)


class DirectoryService(directory_service_pb2_grpc.DirectoryServiceServicer):
    """veneer.tenancy.v1.DirectoryService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def GetEntry(
        self, request: directory_service_pb2.GetEntryRequest, context: Context
    ) -> directory_service_pb2.Entry:
        return wire.entry(await _get(self._db, request.tenant, "tenant"))

    async def ListEntries(
        self, request: directory_service_pb2.ListEntriesRequest, context: Context
    ) -> directory_service_pb2.ListEntriesResponse:
        size = page_token.page_size(request, 500, 1000)
        page, token = await _page(self._db, request, size)
        return directory_service_pb2.ListEntriesResponse(
            entries=map(wire.entry, page), next_page_token=token
        )


async def _get(db: Database[TenancyStore], name: str, field: str) -> Tenant:
    tenant_id = TenantName.parse(name, field).tenant
    async with db.operator_read() as store:
        tenant = await store.tenants.find(tenant_id)
    if tenant is None:
        raise NotFound(resource=name)
    return tenant


async def _with_ends(
    db: Database[TenancyStore], tenants: Sequence[Tenant]
) -> list[tenant_service_pb2.Tenant]:
    """Gives tenants with when their services ended, or will."""
    async with db.operator_read() as store:
        ends = await store.lifecycle_runs.ends_of([each.tenant_id for each in tenants])
    told = [wire.tenant(each) for each in tenants]
    for tenant, message in zip(tenants, told, strict=True):
        end = tenant.service_end_time or ends.get(tenant.tenant_id)
        if end is not None:
            message.service_end_time.FromDatetime(end)
    return told


async def _page(
    db: Database[TenancyStore],
    request: tenant_service_pb2.ListTenantsRequest | directory_service_pb2.ListEntriesRequest,
    size: int,
) -> tuple[list[Tenant], str]:
    cursor = page_token.decode(request)
    after = cursor[0] if cursor else ""
    async with db.operator_read() as store:
        page = await store.tenants.list_after(after, size + 1)
    if len(page) <= size:
        return page, ""
    return page[:size], page_token.encode(request, [page[size - 1].tenant_id])
