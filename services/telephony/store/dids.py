"""Reads and writes DIDs."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists
from services.telephony.domain.did import Did
from services.telephony.store.tables import dids


class Dids:
    """The DIDs that the transaction may see: its tenant's, or all to the operator."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list_after(self, tenant_id: str, did_id: str, limit: int) -> list[Did]:
        """Gives at most `limit` DIDs of a tenant with ids after this one, in order."""
        query = (
            select(dids)
            .where(dids.c.tenant_id == tenant_id, dids.c.did_id > did_id)
            .order_by(dids.c.did_id)
            .limit(limit)
        )
        return [_did(row) for row in await self._connection.execute(query)]

    async def is_held(self, tenant_id: str, did_id: str) -> bool:
        """Says whether the tenant holds the number."""
        query = select(dids.c.did_id).where(
            dids.c.tenant_id == tenant_id, dids.c.did_id == did_id, dids.c.end_date.is_(None)
        )
        return (await self._connection.execute(query)).first() is not None

    async def count_held(self, tenant_id: str) -> int:
        """Counts the numbers that the tenant holds."""
        query = select(func.count()).where(dids.c.tenant_id == tenant_id, dids.c.end_date.is_(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, did: Did) -> None:
        """Adds a DID; refuses one that somebody holds."""
        statement = postgresql.insert(dids).values(
            tenant_id=did.tenant_id,
            did_id=did.did_id,
            start_date=did.start_date,
            end_date=did.end_date,
            metered_until=did.metered_until,
            create_time=did.create_time,
        )
        added = await self._connection.execute(
            statement.on_conflict_do_nothing().returning(dids.c.did_id)
        )
        if added.first() is None:
            # Without a word about whose it is.
            raise AlreadyExists("The number is held already.", phone_number=did.phone_number)

    async def to_meter(self, until: date, after: tuple[str, str], limit: int) -> list[Did]:
        """Gives DIDs that may have days before `until` to meter, by (tenant, id) after `after`."""
        query = (
            select(dids)
            .where(
                tuple_(dids.c.tenant_id, dids.c.did_id) > tuple_(*map(literal, after)),
                dids.c.metered_until < until,
                dids.c.end_date.is_(None) | (dids.c.metered_until < dids.c.end_date),
            )
            .order_by(dids.c.tenant_id, dids.c.did_id)
            .limit(limit)
        )
        return [_did(row) for row in await self._connection.execute(query)]

    async def set_metered(self, did: Did, until: date) -> None:
        """Notes that all days before `until` are metered."""
        await self._connection.execute(
            update(dids)
            .where(
                dids.c.tenant_id == did.tenant_id,
                dids.c.did_id == did.did_id,
                dids.c.metered_until < until,
            )
            .values(metered_until=until)
        )


def _did(row: Row[Any]) -> Did:
    return Did(
        tenant_id=row.tenant_id,
        did_id=row.did_id,
        start_date=row.start_date,
        metered_until=row.metered_until,
        create_time=row.create_time,
        end_date=row.end_date,
    )
