"""Orders what counts against a tenant's limits."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class Quotas:
    """A lock for each tenant, bound to one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, tenant_id: str) -> None:
        """Makes whatever else counts and adds for this tenant wait for the end of the transaction.

        Orders the numbers of its objects in the dialer too.
        """
        await self._connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"quotas|{tenant_id}"},
        )
