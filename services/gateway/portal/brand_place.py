"""Whose brand a page is of: a client's, kept by the operator, or one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.field_mask_pb2 import FieldMask

from services.gateway.portal.visit import Visit
from veneer.tenancy.v1 import profile_service_pb2 as profiles_pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb
from veneer.tenancy.v1.brand_pb2 import Brand


@dataclass(frozen=True, slots=True)
class Kept:
    """A brand as it is kept."""

    brand: Brand
    etag: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Whose brand it is, and where the page is."""

    tenant: str
    path: str
    is_own: bool

    @property
    def permission(self) -> str:
        """What one must be allowed to change it."""
        return "profile.write" if self.is_own else "tenants.write"

    @property
    def tenant_id(self) -> str:
        """The id in the tenant's name."""
        return self.tenant.removeprefix("tenants/")

    async def read(self, visit: Visit) -> Kept:
        """Gives the brand."""
        if self.is_own:
            of_own = profiles_pb.GetProfileRequest(name=f"{self.tenant}/profile")
            own = await visit.services.profiles.GetProfile(of_own, metadata=visit.metadata)
            return Kept(own.brand, own.etag, own.display_name)
        request = tenants_pb.GetTenantRequest(name=self.tenant)
        found = await visit.services.tenants.GetTenant(request, metadata=visit.metadata)
        return Kept(found.brand, found.etag, found.display_name)

    async def keep(self, visit: Visit, brand: Brand, fields: Sequence[str], etag: str) -> None:
        """Keeps these fields of a brand."""
        mask = FieldMask(paths=[f"brand.{field}" for field in fields])
        if self.is_own:
            own = profiles_pb.Profile(name=f"{self.tenant}/profile", brand=brand, etag=etag)
            of_own = profiles_pb.UpdateProfileRequest(profile=own, update_mask=mask)
            await visit.services.profiles.UpdateProfile(of_own, metadata=visit.metadata)
            return
        tenant = tenants_pb.Tenant(name=self.tenant, brand=brand, etag=etag)
        request = tenants_pb.UpdateTenantRequest(tenant=tenant, update_mask=mask)
        await visit.services.tenants.UpdateTenant(request, metadata=visit.metadata)
