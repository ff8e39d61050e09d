"""Reads legs that are to be described, and writes what the dialer's tables say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.transaction import driver_connection
from services.telephony.domain.describing import LegToDescribe
from services.telephony.domain.leg import Description
from services.telephony.store.columns import as_text, rows_of
from services.telephony.store.locks import ROUTES

_COLUMNS: Final = (
    "cluster, host, uniqueid, direction, call_code, created_seconds, answer_time_millis,"
    " end_time_millis, described, campaign, list, agent, disposition"
)
_FIRST: Final = (
    f"SELECT {_COLUMNS} FROM legs WHERE NOT described AND created_seconds < $1"  # noqa: S608
    " ORDER BY created_seconds LIMIT $2"
)
_BETWEEN: Final = (
    f"SELECT {_COLUMNS} FROM legs WHERE created_seconds >= $1"  # noqa: S608
    " AND (created_seconds, cluster, host, uniqueid) > ($1, $2, $3, $4)"
    " AND created_seconds < $5"
    " ORDER BY created_seconds, cluster, host, uniqueid LIMIT $6"
)
_KEY: Final = "cluster, host, uniqueid"
_OF_ROW: Final = (
    " WHERE row.cluster <> '' AND legs.cluster = row.cluster AND legs.host = row.host"
    " AND legs.uniqueid = row.uniqueid"
)
_DESCRIBE: Final = (
    "UPDATE legs SET described = true, campaign = row.campaign, list = row.list,"  # noqa: S608
    " agent = row.agent, disposition = row.disposition, queue_number = nextval('leg_queue'),"
    " state = CASE state WHEN 'UNASSIGNED' THEN state ELSE 'PENDING' END"
    f" FROM {rows_of(f'{_KEY}, campaign, list, agent, disposition', 1)}{_OF_ROW}"
)
_NOTE: Final = (
    "UPDATE legs SET described = true,"  # noqa: S608
    " state = CASE state WHEN 'AWAITED' THEN 'PENDING' ELSE state END"
    f" FROM {rows_of(_KEY, 1)}{_OF_ROW} AND NOT described"
)


# Routes are given away with their legs: two that write the same legs in different orders would
# wait for each other.
_LOCK: Final = f"SELECT pg_advisory_xact_lock_shared({ROUTES})"


class Descriptions:
    """Descriptions of legs, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._raw = driver_connection(connection)

    async def undescribed(self, created_before: int, limit: int) -> list[LegToDescribe]:
        """Gives the earliest legs that have never been looked up."""
        return [LegToDescribe(*row) for row in await self._raw.fetch(_FIRST, created_before, limit)]

    async def between(
        self, after: tuple[int, str, str, str], created_before: int, limit: int
    ) -> list[LegToDescribe]:
        """Gives legs by start, from a key on."""
        rows = await self._raw.fetch(_BETWEEN, *after, created_before, limit)
        return [LegToDescribe(*row) for row in rows]

    async def write(self, described: Sequence[tuple[LegToDescribe, Description]]) -> None:
        """Gives legs new descriptions, which usage is to learn."""
        if described:
            await self._raw.execute(_LOCK)
            columns = zip(
                *((*leg[:3], *description) for leg, description in described), strict=True
            )
            await self._raw.execute(_DESCRIBE, *map(as_text, columns))

    async def note_looked_up(self, legs: Sequence[LegToDescribe]) -> None:
        """Notes that legs have been looked up, whether anything was found or not; they may go."""
        if legs:
            await self._raw.execute(_LOCK)
            columns = zip(*(leg[:3] for leg in legs), strict=True)
            await self._raw.execute(_NOTE, *map(as_text, columns))
