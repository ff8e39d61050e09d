"""The resource names of usage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName, TenantName
from services.kit.db.scope import checked_tenant_id
from services.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class CallName(ResourceName):
    """`tenants/{tenant}/calls/{call}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/calls/{call}")

    tenant: str
    call: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class UsageSummaryName(ResourceName):
    """`tenants/{tenant}/usageSummaries/{usage_summary}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/usageSummaries/{usage_summary}")

    tenant: str
    usage_summary: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class MeasurementName(ResourceName):
    """`tenants/{tenant}/measurements/{measurement}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/measurements/{measurement}")

    tenant: str
    measurement: str

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
