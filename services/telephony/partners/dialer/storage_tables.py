"""Reads how much of the dialer's tables and recordings is a tenant's. Raises DialerAway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

_SESSION: Final = (
    "SET SESSION max_statement_time = 10, SESSION tx_read_only = ON, SESSION sql_mode = ''"
)
# Readers hold up the dialer's writers, so no statement is about many.
_EACH: Final = 50


class StorageTables:
    """Sums by index, a few users or lists a statement."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION, most=1)

    def close(self) -> None:
        """Drops the connection."""
        self._connections.close()

    async def recorded_seconds(self, users: Sequence[str]) -> dict[str, int]:
        """Gives the seconds of these users' recordings that have a file, by its name's ending."""
        found: Counter[str] = Counter()
        for some in _parts(users):
            query = (
                "SELECT LOWER(SUBSTRING_INDEX(location, '.', -1)), SUM(length_in_sec)"  # noqa: S608
                f" FROM recording_log WHERE user IN ({_marks(some)}) AND location <> ''"
                " GROUP BY 1"
            )
            for kind, seconds in await self._rows(query, some):
                found[str(kind)] += int(seconds or 0)
        return dict(found)

    async def leads(self, lists: Sequence[str]) -> int:
        """Gives how many leads these lists have."""
        total = 0
        for some in _parts(lists):
            place = f"vicidial_list WHERE list_id IN ({_marks(some)})"
            ((count,),) = await self._rows(f"SELECT COUNT(*) FROM {place}", some)  # noqa: S608
            total += int(count)
        return total

    async def _rows(self, query: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        try:
            async with self._connections.cursor() as cursor:
                await cursor.execute(query, tuple(values))
                return list(await cursor.fetchall())
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error


def _parts(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[first : first + _EACH] for first in range(0, len(values), _EACH)]


def _marks(values: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(values))
