"""Reads and writes tenants' OpenID providers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.secret_box import Sealed
from services.tenancy.domain.single_sign_on import SingleSignOn
from services.tenancy.store.tables_single_sign_ons import single_sign_ons


class SingleSignOns:
    """The providers that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, tenant_id: str, *, for_update: bool = False) -> SingleSignOn:
        """Gives a tenant's provider, an empty one if it has none."""
        query = select(single_sign_ons).where(single_sign_ons.c.tenant_id == tenant_id)
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        return SingleSignOn(tenant_id) if row is None else _provider(row)

    async def sealed_under(self, key_ids: Collection[str], limit: int) -> list[SingleSignOn]:
        """Locks and gives those whose secret is under one of these keys, if nobody has them."""
        query = (
            select(single_sign_ons)
            .where(single_sign_ons.c.client_secret_key_id.in_(key_ids))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_provider(row) for row in await self._connection.execute(query)]

    async def save(self, provider: SingleSignOn) -> None:
        """Writes a tenant's provider."""
        secret = provider.client_secret
        values = {
            "is_enabled": provider.is_enabled,
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "client_secret_key_id": secret.key_id if secret else None,
            "client_secret": secret.content if secret else None,
        }
        await self._connection.execute(
            postgresql.insert(single_sign_ons)
            .values(tenant_id=provider.tenant_id, **values)
            .on_conflict_do_update(index_elements=["tenant_id"], set_=values)
        )


def _provider(row: Row[Any]) -> SingleSignOn:
    secret = row.client_secret
    return SingleSignOn(
        row.tenant_id,
        is_enabled=row.is_enabled,
        issuer=row.issuer,
        client_id=row.client_id,
        client_secret=Sealed(row.client_secret_key_id, bytes(secret)) if secret else None,
    )
