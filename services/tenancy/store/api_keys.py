"""Reads and writes API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tenancy.domain.credential import ApiKey
from services.tenancy.store.tables import api_keys

_COLUMNS = (
    api_keys.c.tenant_id,
    api_keys.c.api_key_id,
    api_keys.c.display_name,
    api_keys.c.permissions,
    api_keys.c.prefix,
    api_keys.c.create_time,
    api_keys.c.revoke_time,
    api_keys.c.expire_time,
    api_keys.c.allowed_networks,
    api_keys.c.last_use_time,
)
_API_KEYS = select(*_COLUMNS)


class ApiKeys:
    """The API keys that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, api_key: ApiKey, secret_hash: bytes) -> None:
        """Adds a key under the hash of its secret."""
        await self._connection.execute(
            insert(api_keys).values(
                tenant_id=api_key.tenant_id,
                api_key_id=api_key.api_key_id,
                display_name=api_key.display_name,
                permissions=sorted(api_key.permissions),
                prefix=api_key.prefix,
                secret_hash=secret_hash,
                create_time=api_key.create_time,
                expire_time=api_key.expire_time,
                allowed_networks=list(api_key.allowed_networks),
            )
        )

    async def find_by_hash(self, secret_hash: bytes) -> ApiKey | None:
        """Gives the key whose secret has this hash, or None."""
        rows = await self._connection.execute(
            _API_KEYS.where(api_keys.c.secret_hash == secret_hash)
        )
        row = rows.mappings().first()
        return _api_key(row) if row else None

    async def list_before(
        self, tenant_id: str, before: tuple[datetime, str] | None, limit: int
    ) -> list[ApiKey]:
        """Gives at most `limit` keys, newest first, from behind (create time, id) on."""
        key = tuple_(api_keys.c.create_time, api_keys.c.api_key_id)
        query = _API_KEYS.where(api_keys.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(key < tuple_(literal(before[0]), literal(before[1])))
        query = query.order_by(api_keys.c.create_time.desc(), api_keys.c.api_key_id.desc())
        rows = await self._connection.execute(query.limit(limit))
        return [_api_key(row) for row in rows.mappings()]

    async def find(self, tenant_id: str, api_key_id: str) -> ApiKey | None:
        """Gives the key, or None."""
        row = (
            (await self._connection.execute(_API_KEYS.where(*_of(tenant_id, api_key_id))))
            .mappings()
            .first()
        )
        return _api_key(row) if row else None

    async def lock(self, tenant_id: str, api_key_id: str) -> ApiKey | None:
        """Gives the key, which nobody else changes until the transaction ends; or None."""
        query = _API_KEYS.where(*_of(tenant_id, api_key_id)).with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return _api_key(row) if row else None

    async def revoke(self, tenant_id: str, api_key_id: str, at: datetime) -> ApiKey | None:
        """Revokes the key and gives it; None if there is none that is not revoked already."""
        revoked = await self._connection.execute(
            update(api_keys)
            .where(*_of(tenant_id, api_key_id), api_keys.c.revoke_time.is_(None))
            .values(revoke_time=at)
            .returning(*_COLUMNS)
        )
        row = revoked.mappings().first()
        return _api_key(row) if row else None

    async def end_at(self, tenant_id: str, api_key_id: str, at: datetime) -> None:
        """Sets when a key ends."""
        await self._connection.execute(
            update(api_keys).where(*_of(tenant_id, api_key_id)).values(expire_time=at)
        )

    async def note_use(self, api_key: ApiKey, at: datetime, not_since: datetime) -> None:
        """Notes that a key was used, unless it is noted that it was since then."""
        last = api_keys.c.last_use_time
        await self._connection.execute(
            update(api_keys)
            .where(
                *_of(api_key.tenant_id, api_key.api_key_id), or_(last.is_(None), last <= not_since)
            )
            .values(last_use_time=at)
        )


def _of(tenant_id: str, api_key_id: str) -> tuple[Any, ...]:
    return api_keys.c.tenant_id == tenant_id, api_keys.c.api_key_id == api_key_id


def _api_key(row: RowMapping) -> ApiKey:
    return ApiKey(
        tenant_id=row["tenant_id"],
        api_key_id=row["api_key_id"],
        display_name=row["display_name"],
        permissions=frozenset(row["permissions"]),
        prefix=row["prefix"],
        create_time=row["create_time"],
        revoke_time=row["revoke_time"],
        expire_time=row["expire_time"],
        allowed_networks=tuple(row["allowed_networks"]),
        last_use_time=row["last_use_time"],
    )
