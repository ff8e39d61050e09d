"""Reads and writes the addresses that users want to log in with."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tenancy.domain.email_change import EmailChange
from services.tenancy.store.tables_email_changes import email_changes


class EmailChanges:
    """The wanted addresses that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, change: EmailChange) -> None:
        """Writes what a user wants in place of what it wanted before."""
        values = {"new_email": change.new_email, "expire_time": change.expire_time}
        await self._connection.execute(
            postgresql.insert(email_changes)
            .values(tenant_id=change.tenant_id, user_id=change.user_id, **values)
            .on_conflict_do_update(index_elements=["tenant_id", "user_id"], set_=values)
        )

    async def find(self, tenant_id: str, user_id: str) -> EmailChange | None:
        """Gives what a user wants, in time or not; None if it wants nothing."""
        query = select(email_changes).where(
            email_changes.c.tenant_id == tenant_id, email_changes.c.user_id == user_id
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        return EmailChange(row.tenant_id, row.user_id, row.new_email, row.expire_time)

    async def remove(self, change: EmailChange) -> bool:
        """Removes what was wanted; False if it is something else by now, or gone."""
        removed = await self._connection.execute(
            delete(email_changes).where(
                email_changes.c.tenant_id == change.tenant_id,
                email_changes.c.user_id == change.user_id,
                email_changes.c.new_email == change.new_email,
            )
        )
        return removed.rowcount > 0
