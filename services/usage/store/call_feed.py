"""Reads the answered calls that took some routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.usage.domain import call_id as call_ids
from services.usage.store.connection import Connection

# Both bounds of the id let only the partitions be read that the period is in.
_LIST: Final = """
SELECT call_id, route, direction, called_number, zone, start_time_millis, local_date,
  billable_seconds
FROM calls
WHERE tenant_id = $1 AND call_id > $2 AND call_id < $3
  AND (route = ANY($4) OR cardinality($4::text[]) = 0)
  AND answer_time_millis <> 0 AND NOT is_withdrawn
ORDER BY call_id LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class RouteCall:
    """An answered call with its route; the direction is the contract's number."""

    call_id: str
    route: str
    direction: int
    called_number: str
    zone: str
    start_time_millis: int
    local_date: date
    billable_seconds: int


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """Calls that started in seconds from the start to before the end; on all routes if none."""

    routes: Sequence[str]
    start_second: int
    end_second: int


class CallFeed:
    """The calls of the tenant of the transaction."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection, self._tenant_id = connection, tenant_id

    async def list_after(self, after: str | None, which: FeedFilter, limit: int) -> list[RouteCall]:
        """Gives at most `limit` calls whose ids are after `after`, earliest start first."""
        rows = await self._connection.fetch(
            _LIST,
            self._tenant_id,
            after or call_ids.first_id_of(max(which.start_second, 0)),
            call_ids.first_id_of(max(which.end_second, 0)),
            list(which.routes),
            limit,
        )
        return [RouteCall(*row) for row in rows]
