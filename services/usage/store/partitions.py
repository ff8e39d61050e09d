"""Monthly partitions of calls, made by the owner on the service's demand."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.kit.db.partitions import ensure_partition
from services.kit.db.transaction import Database


class CallPartitions:
    """Makes partitions before they are needed; remembers those that are there."""

    def __init__(self, database: Database[Any]) -> None:
        self._database = database
        self._known: set[date] = set()

    async def ensure(self, months: set[date]) -> None:
        """Makes the partitions of months, given as their first days (UTC), that are missing."""
        for month in sorted(months - self._known):
            # In a transaction of its own: no batch waits for another one's end to see it.
            async with self._database.operator_connection() as connection:
                await ensure_partition(connection, "calls", month)
            self._known.add(month)
