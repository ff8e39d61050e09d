"""Reads and writes tenants and their host names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import Aborted, AlreadyExists
from services.tenancy.domain.brand import Brand, SupportContact
from services.tenancy.domain.tenant import Limits, State, Tenant, Tier
from services.tenancy.store.tables import host_names, tenants

_HOST_NAMES = (
    select(func.array_agg(host_names.c.host_name))
    .where(host_names.c.tenant_id == tenants.c.tenant_id)
    .scalar_subquery()
    .label("host_names")
)
_TENANTS = select(tenants, _HOST_NAMES)


class Tenants:
    """The tenants that the transaction may see: its own, or all to the operator."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, tenant_id: str) -> Tenant | None:
        """Gives the tenant, or None."""
        rows = await self._connection.execute(_TENANTS.where(tenants.c.tenant_id == tenant_id))
        row = rows.mappings().first()
        return _tenant(row) if row else None

    async def find_operator(self) -> Tenant | None:
        """Gives the root of the tree, or None before there is any."""
        rows = await self._connection.execute(_TENANTS.where(tenants.c.seller_id.is_(None)))
        row = rows.mappings().first()
        return _tenant(row) if row else None

    async def find_by_host_name(self, host_name: str) -> Tenant | None:
        """Gives the tenant at a host name, or None."""
        owner = select(host_names.c.tenant_id).where(host_names.c.host_name == host_name)
        rows = await self._connection.execute(_TENANTS.where(tenants.c.tenant_id.in_(owner)))
        row = rows.mappings().first()
        return _tenant(row) if row else None

    async def list_after(self, tenant_id: str, limit: int) -> list[Tenant]:
        """Gives at most `limit` tenants with ids after this one, in order."""
        query = (
            _TENANTS.where(tenants.c.tenant_id > tenant_id)
            .order_by(tenants.c.tenant_id)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return [_tenant(row) for row in rows.mappings()]

    async def sells(self, tenant_id: str) -> bool:
        """Tells whether a tenant has clients whose service has not ended."""
        query = select(tenants.c.tenant_id).where(
            tenants.c.seller_id == tenant_id, tenants.c.state != State.CANCELLED.value
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def add(self, tenant: Tenant) -> None:
        """Adds a tenant with its host names; refuses an id or a host name that is taken."""
        added = await self._connection.execute(
            postgresql.insert(tenants)
            .values(_row(tenant))
            .on_conflict_do_nothing()
            .returning(tenants.c.tenant_id)
        )
        if added.first() is None:
            raise AlreadyExists(
                "There is a tenant of this id.", resource=f"tenants/{tenant.tenant_id}"
            )
        await self._add_host_names(tenant.tenant_id, tenant.host_names)

    async def set(self, tenant: Tenant) -> None:
        """Overwrites a tenant; refuses with CONCURRENT_CHANGE if somebody else just has."""
        written = await self._connection.execute(
            update(tenants)
            .where(tenants.c.tenant_id == tenant.tenant_id, tenants.c.version == tenant.version - 1)
            .values(_row(tenant))
        )
        if written.rowcount != 1:
            raise Aborted("The tenant was changed meanwhile.")

    async def remove(self, tenant_id: str) -> None:
        """Removes a tenant that has just come in, with its people, keys and names."""
        for table in reversed(tenants.metadata.sorted_tables):
            if table is tenants or any(key.column.table is tenants for key in table.foreign_keys):
                await self._connection.execute(delete(table).where(table.c.tenant_id == tenant_id))

    async def add_host_name(self, tenant_id: str, host_name: str) -> None:
        """Puts a tenant at one more host name; refuses one that is taken."""
        await self._add_host_names(tenant_id, [host_name])

    async def remove_host_name(self, tenant_id: str, host_name: str) -> None:
        """Takes a tenant from a host name."""
        await self._connection.execute(
            delete(host_names).where(
                host_names.c.tenant_id == tenant_id, host_names.c.host_name == host_name
            )
        )

    async def _add_host_names(self, tenant_id: str, names: Sequence[str]) -> None:
        taken = await self._connection.execute(
            select(host_names.c.host_name).where(host_names.c.host_name.in_(names)).limit(1)
        )
        for row in taken:
            raise AlreadyExists("The host name is taken.", host_name=row.host_name)
        for name in names:
            await self._connection.execute(
                insert(host_names).values(tenant_id=tenant_id, host_name=name)
            )


def _row(tenant: Tenant) -> dict[str, Any]:
    return {
        "tenant_id": tenant.tenant_id,
        "seller_id": tenant.seller_id,
        "display_name": tenant.display_name,
        "state": tenant.state.value,
        "tier": tenant.tier.value,
        "time_zone": tenant.time_zone,
        "brand_display_name": tenant.brand.display_name,
        "brand_tagline": tenant.brand.tagline,
        "brand_primary_color": tenant.brand.primary_color,
        "brand_logo": tenant.brand.logo,
        "brand_logo_media_type": tenant.brand.logo_media_type,
        "brand_support_email": tenant.brand.support.email,
        "brand_support_phone": tenant.brand.support.phone,
        "brand_support_url": tenant.brand.support.url,
        "brand_powered_by": tenant.brand.powered_by,
        "brand_favicon": tenant.brand.favicon,
        **asdict(tenant.limits),
        "contact_email": tenant.contact_email,
        "internal_notes": tenant.internal_notes,
        "create_time": tenant.create_time,
        "billing_anchor_day": tenant.billing_anchor_day,
        "max_requests_per_minute": tenant.max_requests_per_minute,
        "service_end_time": tenant.service_end_time,
        "version": tenant.version,
    }


def _tenant(row: RowMapping) -> Tenant:
    return Tenant(
        tenant_id=row["tenant_id"],
        display_name=row["display_name"],
        seller_id=row["seller_id"],
        state=State(row["state"]),
        tier=Tier(row["tier"]),
        time_zone=row["time_zone"],
        brand=Brand(
            display_name=row["brand_display_name"],
            tagline=row["brand_tagline"],
            primary_color=row["brand_primary_color"],
            logo=row["brand_logo"],
            logo_media_type=row["brand_logo_media_type"],
            support=SupportContact(
                row["brand_support_email"], row["brand_support_phone"], row["brand_support_url"]
            ),
            powered_by=row["brand_powered_by"],
            favicon=row["brand_favicon"],
        ),
        limits=Limits(**{each.name: row[each.name] for each in fields(Limits)}),
        create_time=row["create_time"],
        host_names=tuple(sorted(row["host_names"] or ())),
        contact_email=row["contact_email"],
        internal_notes=row["internal_notes"],
        billing_anchor_day=row["billing_anchor_day"],
        max_requests_per_minute=row["max_requests_per_minute"],
        service_end_time=row["service_end_time"],
        version=row["version"],
    )
