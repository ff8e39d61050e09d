"""The resource names of tenancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName, TenantName
from services.kit.db.scope import checked_tenant_id
from services.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class UserName(ResourceName):
    """`tenants/{tenant}/users/{user}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/users/{user}")

    tenant: str
    user: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ApiKeyName(ResourceName):
    """`tenants/{tenant}/apiKeys/{api_key}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/apiKeys/{api_key}")

    tenant: str
    api_key: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ProfileName(ResourceName):
    """`tenants/{tenant}/profile`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/profile")

    tenant: str

    __str__ = ResourceName.__str__


def possible_tenant(tenant_id: str) -> str:
    """Gives the id back; refuses one that no tenant can have, as one that does not exist."""
    try:
        return checked_tenant_id(tenant_id)
    except ValueError:
        raise NotFound(resource=f"tenants/{tenant_id}") from None


def tenant_of(name: str, field: str) -> str:
    """Gives the id in a tenant's name; refuses with INVALID_REQUEST at `field`."""
    return possible_tenant(TenantName.parse(name, field).tenant)
