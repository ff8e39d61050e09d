"""Reads legs that wait: for usage, or for somebody to charge them to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.transaction import driver_connection
from services.telephony.domain.leg import (
    LegState,
    PendingLeg,
    TracedLeg,
    call_id,
    start_seconds_of,
)
from services.telephony.store.tables import legs, routes

_PENDING: Final = (
    "SELECT l.queue_number, r.assigned_tenant_id, r.route_id, l.cluster, l.host, l.uniqueid,"
    " l.direction, l.linkedid, l.dialled_number, l.caller_number, l.created_seconds,"
    " l.answer_time_millis, l.end_time_millis, l.billable_seconds, l.hangup_cause, l.campaign,"
    " l.list, l.agent, l.disposition, l.end_is_estimated"
    " FROM legs l JOIN routes r ON r.code = l.route_code"
    " WHERE l.state = 'PENDING' AND l.queue_number > $1"
    " AND r.assigned_tenant_id <> ALL($2::text[])"
    " ORDER BY l.queue_number LIMIT $3"
)
_RELEASE: Final = "UPDATE legs SET state = 'PENDING' WHERE state = 'AWAITED' AND receive_time < $1"
# The number changes with every change of the leg: what changed since it was sent stays pending.
_MARK_SENT: Final = (
    "UPDATE legs SET state = 'SENT' WHERE state = 'PENDING' AND queue_number = ANY($1::bigint[])"
)
_MARK_REFUSED: Final = _MARK_SENT.replace("'SENT'", "'REFUSED'")
_PRUNE: Final = (
    "DELETE FROM legs WHERE ctid = ANY(ARRAY(SELECT ctid FROM legs"
    " WHERE state = 'SENT' AND receive_time < $1 LIMIT $2))"
)


class UnassignedLeg(NamedTuple):
    """A leg of a route that is nobody's."""

    created_seconds: int
    cluster: str
    host: str
    uniqueid: str
    route_code: str
    called_number: str
    billable_seconds: int


class RouteSummary(NamedTuple):
    """The unassigned legs of one route code."""

    route_code: str
    leg_count: int
    billable_seconds: int
    first_created_seconds: int
    last_created_seconds: int


class Legs:
    """Legs, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._raw = driver_connection(connection)

    async def pending(
        self, after: int, held_tenants: Sequence[str], limit: int
    ) -> list[PendingLeg]:
        """Gives legs that usage does not know as they are, by queue number after `after`."""
        rows = await self._raw.fetch(_PENDING, after, list(held_tenants), limit)
        return [PendingLeg(*row) for row in rows]

    async def release_awaited(self, received_before: datetime) -> None:
        """Makes legs pending that have waited for their description long enough."""
        await self._raw.execute(_RELEASE, received_before)

    async def mark_sent(self, queue_numbers: Sequence[int]) -> None:
        """Notes that usage has stored these legs as they were under these numbers."""
        await self._raw.execute(_MARK_SENT, queue_numbers)

    async def mark_refused(self, queue_numbers: Sequence[int]) -> None:
        """Notes that usage would not have these legs; only a correction sends them again."""
        await self._raw.execute(_MARK_REFUSED, queue_numbers)

    async def prune(self, received_before: datetime, limit: int) -> int:
        """Forgets legs that usage has long known; returns how many."""
        status = await self._raw.execute(_PRUNE, received_before, limit)
        return int(status.rpartition(" ")[2])

    async def unassigned(
        self, before: tuple[int, str, str, str] | None, limit: int
    ) -> list[UnassignedLeg]:
        """Gives legs of routes that are nobody's, latest first, from a leg's key on."""
        query = select(
            legs.c.created_seconds, legs.c.cluster, legs.c.host, legs.c.uniqueid,
            legs.c.route_code, legs.c.dialled_number, legs.c.billable_seconds,
        ).where(legs.c.state == LegState.UNASSIGNED.value)  # fmt: skip
        if before is not None:
            created, *key = before
            same = tuple_(legs.c.cluster, legs.c.host, legs.c.uniqueid) > tuple_(*map(literal, key))
            query = query.where(
                (legs.c.created_seconds < created) | ((legs.c.created_seconds == created) & same)
            )
        order = (legs.c.created_seconds.desc(), legs.c.cluster, legs.c.host, legs.c.uniqueid)
        rows: Any = await self._connection.execute(query.order_by(*order).limit(limit))
        return [UnassignedLeg(*row) for row in rows]

    async def trace(self, tenant_id: str, call: str) -> TracedLeg | None:
        """Gives the leg of a call's public id, if it is the tenant's and not forgotten yet."""
        seconds = start_seconds_of(call)
        if seconds is None:
            return None
        own = select(routes.c.code).where(routes.c.assigned_tenant_id == tenant_id)
        query = select(legs).where(legs.c.created_seconds == seconds, legs.c.route_code.in_(own))
        for row in await self._connection.execute(query):
            if call_id(row.cluster, row.host, row.uniqueid) == call:
                last = max(row.created_seconds, row.end_time_millis // 1000)
                return TracedLeg(row.uniqueid, row.call_code, row.created_seconds, last)
        return None

    async def summarize_unassigned(self, limit: int) -> list[RouteSummary]:
        """Sums up the unassigned legs by route code, most seconds first."""
        seconds = func.sum(legs.c.billable_seconds)
        query = (
            select(
                legs.c.route_code, func.count(), seconds,
                func.min(legs.c.created_seconds), func.max(legs.c.created_seconds),
            )
            .where(legs.c.state == LegState.UNASSIGNED.value)
            .group_by(legs.c.route_code)
            .order_by(seconds.desc(), legs.c.route_code)
            .limit(limit)
        )  # fmt: skip
        rows: Any = await self._connection.execute(query)
        return [RouteSummary(*row) for row in rows]
