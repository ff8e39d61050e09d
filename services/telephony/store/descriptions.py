"""Reads legs that are to be described, and writes what the dialer's tables say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.transaction import driver_connection
from services.telephony.domain.describing import LegToDescribe
from services.telephony.domain.leg import Description

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
_KEYS: Final = (
    " FROM unnest($1::text[], $2::text[], $3::text[]{}) AS new (cluster, host, uniqueid{})"
    " WHERE legs.cluster = new.cluster AND legs.host = new.host AND legs.uniqueid = new.uniqueid"
)
_DESCRIBE: Final = (
    "UPDATE legs SET described = true, campaign = new.campaign, list = new.list,"  # noqa: S608
    " agent = new.agent, disposition = new.disposition, queue_number = nextval('leg_queue'),"
    " state = CASE state WHEN 'UNASSIGNED' THEN state ELSE 'PENDING' END"
    + _KEYS.format(
        ", $4::text[], $5::text[], $6::text[], $7::text[]", ", campaign, list, agent, disposition"
    )
)
_NOTE: Final = "UPDATE legs SET described = true" + _KEYS.format("", "") + " AND NOT described"  # noqa: S608


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
            columns = zip(
                *((*leg[:3], *description) for leg, description in described), strict=True
            )
            await self._raw.execute(_DESCRIBE, *(list(column) for column in columns))

    async def note_looked_up(self, legs: Sequence[LegToDescribe]) -> None:
        """Notes that legs have been looked up, whether anything was found or not."""
        if legs:
            columns = zip(*(leg[:3] for leg in legs), strict=True)
            await self._raw.execute(_NOTE, *(list(column) for column in columns))
