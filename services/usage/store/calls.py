"""Reads calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg

from services.usage.domain import call_id as call_ids
from services.usage.domain.calls import Call, Direction
from services.usage.store.connection import Connection

_COLUMNS: Final = ", ".join(field.name for field in fields(Call))
_GET: Final = f"SELECT {_COLUMNS} FROM calls WHERE tenant_id = $1 AND call_id = $2"  # noqa: S608
_GET_ALL: Final = f"""
SELECT {_COLUMNS} FROM calls WHERE tenant_id = $1 AND call_id = ANY($2)
"""  # noqa: S608
# Both bounds of the id let only the partitions be read that the page can be in.
_LIST: Final = f"""
SELECT {_COLUMNS} FROM calls
WHERE tenant_id = $1 AND call_id < $2 AND call_id >= $3 AND local_date >= $4 AND local_date < $5
  AND (answer_time_millis <> 0 OR NOT $6)
ORDER BY call_id DESC LIMIT $7
"""  # noqa: S608

_AFTER_ALL: Final = "w"
# No zone's midnight is further from that of UTC.
_MOST_OFFSET: Final = timedelta(hours=15)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  (local dates are compared as if in UTC)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list: local dates from `start_date` to before `end_date`, if given."""

    start_date: date | None = None
    end_date: date | None = None
    answered_only: bool = False


class Calls:
    """The calls of the tenant of the transaction."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def find(self, call_id: str) -> Call | None:
        """Gives the call, or None."""
        row = await self._connection.fetchrow(_GET, self._tenant_id, call_id)
        return _call(row) if row else None

    async def find_all(self, call_ids: Sequence[str]) -> list[Call]:
        """Gives the calls of these ids, in no order."""
        rows = await self._connection.fetch(_GET_ALL, self._tenant_id, list(call_ids))
        return [_call(row) for row in rows]

    async def list_before(self, before: str | None, which: CallFilter, limit: int) -> list[Call]:
        """Gives at most `limit` calls whose ids are before `before`, latest start first."""
        first, last = which.start_date or date.min, which.end_date or date.max
        below, above = _id_at(which.end_date, _MOST_OFFSET), _id_at(which.start_date, -_MOST_OFFSET)
        rows = await self._connection.fetch(
            _LIST,
            self._tenant_id,
            min(before or _AFTER_ALL, below or _AFTER_ALL),
            above or "",
            first,
            last,
            which.answered_only,
            limit,
        )
        return [_call(row) for row in rows]


def _id_at(day: date | None, offset: timedelta) -> str | None:
    if day is None:
        return None
    second = int((datetime(day.year, day.month, day.day) - _EPOCH + offset).total_seconds())  # noqa: DTZ001
    return call_ids.first_id_of(max(second, 0))


def _call(row: asyncpg.Record) -> Call:
    values = dict(row)
    return Call(**{**values, "direction": Direction(values["direction"])})
