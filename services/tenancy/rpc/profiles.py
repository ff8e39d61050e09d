"""ProfileService: a tenant as it sees itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from services.kit.aip.field_mask import merged
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.transaction import Database
from services.kit.errors import FieldViolation, InvalidRequest, NotFound
from services.tenancy.domain.tenant import Tenant
from services.tenancy.rpc import wire, wire_brand
from services.tenancy.rpc.names import ProfileName
from services.tenancy.rpc.pictures import draw_pictures
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.describe_tenant import seller_display_name
from services.tenancy.usecases.update_tenant import update_tenant
from veneer.tenancy.v1 import profile_service_pb2, profile_service_pb2_grpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# What carriers and those who are called are told, and what stands for the provider itself.
_OF_PROVIDER: Final = {"brand.display_name", "brand.powered_by"}


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
        return await self._told(tenant)

    async def UpdateProfile(
        self, request: profile_service_pb2.UpdateProfileRequest, context: Context
    ) -> profile_service_pb2.Profile:
        asked = request.profile
        tenant_id = possible_tenant_id(ProfileName.parse(asked.name, "profile.name").tenant)
        for path in _OF_PROVIDER & set(request.update_mask.paths):
            raise InvalidRequest.at("update_mask", f"The provider alone changes {path}.")
        await draw_pictures(asked.brand, "profile.brand", takes_svg=False)

        def edited(tenant: Tenant) -> Tenant:
            message = merged(request.update_mask, asked, wire.profile(tenant, ""))
            brand = wire_brand.brand_from(message.brand, tenant.display_name)
            present = tenant.brand
            kept = replace(brand, display_name=present.display_name, powered_by=present.powered_by)
            return replace(tenant, brand=kept)

        try:
            updated = await update_tenant(self._db, tenant_id, edited, asked.etag)
        except InvalidRequest as refused:
            # It speaks of the tenant that the profile is of.
            raise InvalidRequest(
                [
                    FieldViolation(each.field.replace("tenant.", "profile.", 1), each.description)
                    for each in refused.violations
                ]
            ) from refused
        return await self._told(updated)

    async def _told(self, tenant: Tenant) -> profile_service_pb2.Profile:
        return wire.profile(tenant, await seller_display_name(self._db, tenant))
