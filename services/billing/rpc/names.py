"""The resource names of billing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from services.billing.domain.month import Month
from services.kit.aip.resource_name import Pattern, ResourceName, TenantName
from services.kit.errors import InvalidRequest, NotFound

_TENANT_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class StatementName(ResourceName):
    """`tenants/{tenant}/statements/{statement}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/statements/{statement}")

    tenant: str
    statement: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class InvoiceName(ResourceName):
    """`tenants/{tenant}/invoices/{invoice}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/invoices/{invoice}")

    tenant: str
    invoice: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class DraftInvoiceName(ResourceName):
    """`tenants/{tenant}/draftInvoices/{draft_invoice}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/draftInvoices/{draft_invoice}")

    tenant: str
    draft_invoice: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class MarginName(ResourceName):
    """`tenants/{tenant}/margins/{margin}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/margins/{margin}")

    tenant: str
    margin: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class PlanVersionName(ResourceName):
    """`planVersions/{plan_version}`."""

    pattern: ClassVar[Pattern] = Pattern("planVersions/{plan_version}")

    plan_version: str

    __str__ = ResourceName.__str__


def tenant_id_of(parent: str) -> str:
    """Gives the id in `tenants/{tenant}`, the request's field `parent`."""
    return known_tenant_id(TenantName.parse(parent, "parent").tenant, parent)


def known_tenant_id(tenant_id: str, name: str) -> str:
    """Gives an id that a tenant can have; of any other there is nothing, so nothing is found."""
    if not _TENANT_ID.fullmatch(tenant_id):
        raise NotFound(resource=name)
    return tenant_id


def existing_month(month_id: str, name: str) -> Month:
    """Gives the month that an id names; under any other id there is nothing."""
    try:
        return Month.parse(month_id, "name")
    except InvalidRequest as refusal:
        raise NotFound(resource=name) from refusal
