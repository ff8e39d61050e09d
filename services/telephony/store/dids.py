"""Reads and writes DIDs."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, and_, exists, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists, NotFound
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

    async def find_held(
        self, tenant_id: str, did_id: str, *, for_update: bool = False
    ) -> Did | None:
        """Gives the number if the tenant holds it."""
        found = await self._find(tenant_id, did_id, for_update)
        return found if found is not None and found.end_date is None else None

    async def get(self, tenant_id: str, did_id: str, *, for_update: bool = False) -> Did:
        """Gives a number that the tenant holds or held; refuses with RESOURCE_NOT_FOUND."""
        found = await self._find(tenant_id, did_id, for_update)
        if found is None:
            raise NotFound(resource=f"tenants/{tenant_id}/dids/{did_id}")
        return found

    async def _find(self, tenant_id: str, did_id: str, for_update: bool) -> Did | None:
        query = select(dids).where(dids.c.tenant_id == tenant_id, dids.c.did_id == did_id)
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        return _did(row) if row is not None else None

    async def held(self, tenant_id: str) -> list[Did]:
        """Gives all numbers that the tenant holds."""
        query = select(dids).where(dids.c.tenant_id == tenant_id, dids.c.end_date.is_(None))
        return [_did(row) for row in await self._connection.execute(query.order_by(dids.c.did_id))]

    async def count_held(self, tenant_id: str) -> int:
        """Counts the numbers that the tenant holds."""
        query = select(func.count()).where(dids.c.tenant_id == tenant_id, dids.c.end_date.is_(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, did: Did) -> None:
        """Adds a DID; refuses one that somebody holds, or held on a day that this one is for.

        One that the tenant itself held before, and that is metered to its end, begins anew.
        """
        values = {name: getattr(did, name) for name in Did.__slots__}
        over = (
            dids.c.end_date <= did.start_date,
            dids.c.metered_until >= dids.c.end_date,
        )
        statement = postgresql.insert(dids).values(values)
        added = None
        try:
            async with self._connection.begin_nested():
                if not await self._is_taken(did):
                    begun = statement.on_conflict_do_update(
                        index_elements=["tenant_id", "did_id"], set_=values, where=and_(*over)
                    )
                    added = (await self._connection.execute(begun.returning(dids.c.did_id))).first()
        except IntegrityError:
            # Somebody else was given it at the same moment.
            added = None
        if added is None:
            # Without a word about whose it is.
            raise AlreadyExists("The number is held already.", phone_number=did.phone_number)

    async def _is_taken(self, did: Did) -> bool:
        """Whether somebody (else, to an operator transaction) has one of its days."""
        query = select(
            exists().where(
                dids.c.did_id == did.did_id,
                dids.c.tenant_id != did.tenant_id,
                dids.c.end_date.is_(None) | (dids.c.end_date > did.start_date),
            )
        )
        return bool((await self._connection.execute(query)).scalar_one())

    async def save(self, did: Did) -> None:
        """Writes where a number is routed to, and its end."""
        await self._connection.execute(
            update(dids)
            .where(dids.c.tenant_id == did.tenant_id, dids.c.did_id == did.did_id)
            .values(end_date=did.end_date, target=did.target)
        )

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
    return Did(**{name: getattr(row, name) for name in Did.__slots__})
