"""Numbers that a tenant does not call; digits without plus."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, any_, delete, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.telephony.store.tables_leads import dnc_numbers as table


class DncNumbers:
    """The numbers that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, tenant_id: str, numbers: Sequence[str]) -> int:
        """Adds numbers; gives how many were new."""
        if not numbers:
            return 0
        time = scope_of(self._connection).time
        rows = [
            {"tenant_id": tenant_id, "phone_number": number, "create_time": time}
            for number in dict.fromkeys(numbers)
        ]
        added = 0
        for first in range(0, len(rows), 1_000):
            statement = postgresql.insert(table).values(rows[first : first + 1_000])
            result = await self._connection.execute(statement.on_conflict_do_nothing())
            added += result.rowcount
        return added

    async def remove(self, tenant_id: str, numbers: Sequence[str]) -> int:
        """Removes numbers; gives how many there were."""
        result = await self._connection.execute(
            delete(table).where(table.c.tenant_id == tenant_id, _is_among(numbers))
        )
        return int(result.rowcount)

    async def among(self, tenant_id: str, numbers: Sequence[str]) -> set[str]:
        """Gives those of the numbers that are not to be called."""
        query = select(table.c.phone_number).where(
            table.c.tenant_id == tenant_id,
            _is_among(numbers),
        )
        return set((await self._connection.execute(query)).scalars())

    async def list_after(self, tenant_id: str, number: str, limit: int) -> list[str]:
        """Gives at most `limit` numbers after this one, in order."""
        query = (
            select(table.c.phone_number)
            .where(table.c.tenant_id == tenant_id, table.c.phone_number > number)
            .order_by(table.c.phone_number)
            .limit(limit)
        )
        return list((await self._connection.execute(query)).scalars())


def _is_among(numbers: Sequence[str]) -> ColumnElement[bool]:
    return table.c.phone_number == any_(literal(list(numbers), postgresql.ARRAY(Text)))
