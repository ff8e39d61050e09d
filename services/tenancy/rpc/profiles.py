"""ProfileService: a tenant as it sees itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.rpc import wire
from services.tenancy.rpc.names import ProfileName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.describe_tenant import seller_display_name
from veneer.tenancy.v1 import profile_service_pb2, profile_service_pb2_grpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ProfileService(profile_service_pb2_grpc.ProfileServiceServicer):
    """veneer.tenancy.v1.ProfileService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def GetProfile(
        self, request: profile_service_pb2.GetProfileRequest, context: Context
    ) -> profile_service_pb2.Profile:
        tenant_id = possible_tenant_id(ProfileName.parse(request.name).tenant)
        async with self._db.read(tenant_id) as store:
            tenant = await store.tenants.find(tenant_id)
        if tenant is None:
            raise NotFound(resource=request.name)
        return wire.profile(tenant, await seller_display_name(self._db, tenant))
