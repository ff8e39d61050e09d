"""Reads and writes legs without an end, and their hosts' signs of life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.db.transaction import driver_connection
from services.telephony.domain.journal import Journal, PlacedAnswer, StandingLeg
from services.telephony.domain.leg import JournalLeg, LegAnswer
from services.telephony.domain.open_leg import CloseReason, HostLife, OpenLeg, OpenLegState
from services.telephony.store.tables import routes
from services.telephony.store.tables_open_legs import host_signs, open_legs

_STANDING: Final = (
    "SELECT uniqueid, digest, route_code, file, byte_offset FROM open_legs"
    " WHERE cluster = $1 AND host = $2 AND uniqueid = ANY($3::text[])"
)
_ENDED: Final = (
    "DELETE FROM open_legs WHERE cluster = $1 AND host = $2 AND state = 'OPEN'"
    " AND uniqueid = ANY($3::text[])"
)
_CORRECTED: Final = (
    "UPDATE open_legs o SET state = 'CORRECTED', true_end_time_millis = t.at"
    " FROM unnest($3::text[], $4::bigint[]) AS t (uniqueid, at)"
    " WHERE o.cluster = $1 AND o.host = $2 AND o.uniqueid = t.uniqueid AND o.state <> 'OPEN'"
)
_PRUNE: Final = (
    "DELETE FROM open_legs WHERE ctid = ANY(ARRAY(SELECT ctid FROM open_legs"
    " WHERE state <> 'OPEN' AND close_time < $1 LIMIT $2))"
)
_ANSWER: Final = LegAnswer._fields


class ListedLeg(NamedTuple):
    """An open leg and whose route it took; None while that is nobody's."""

    leg: OpenLeg
    tenant_id: str | None


class OpenLegs:
    """Legs without an end, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._raw = driver_connection(connection)

    async def standing(self, journal: Journal, uniqueids: Sequence[str]) -> dict[str, StandingLeg]:
        """Gives those of a host's answers that are there, by uniqueid."""
        rows = await self._raw.fetch(_STANDING, journal.cluster, journal.host, uniqueids)
        return {row[0]: StandingLeg(*row[1:]) for row in map(tuple, rows)}

    async def open(self, journal: Journal, placed: Sequence[PlacedAnswer]) -> None:
        """Adds answers, or gives those that are there another body."""
        if not placed:
            return
        time = scope_of(self._connection).time
        rows = [
            {
                **journal._asdict(),
                **item.answer._asdict(),
                "byte_offset": item.byte_offset,
                "receive_time": time,
                "state": OpenLegState.OPEN.value,
            }
            for item in placed
        ]
        statement = postgresql.insert(open_legs).values(rows)
        changed = {name: statement.excluded[name] for name in (*_ANSWER, "file", "byte_offset")}
        key = [open_legs.c.cluster, open_legs.c.host, open_legs.c.uniqueid]
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=key, set_=changed)
        )

    async def end(self, journal: Journal, legs: Mapping[str, JournalLeg]) -> None:
        """Takes legs out whose lines have come; notes the true end of those already closed."""
        if not legs:
            return
        where = journal.cluster, journal.host, list(legs)
        await self._raw.execute(_ENDED, *where)
        ends = [leg.end_time_millis for leg in legs.values()]
        await self._raw.execute(_CORRECTED, *where, ends)

    async def hosts(self) -> list[tuple[str, str, HostLife]]:
        """Gives the hosts with legs that are open, and their last signs of life."""
        query = (
            select(
                open_legs.c.cluster, open_legs.c.host, host_signs.c.last_sign_millis,
                host_signs.c.receive_time,
            )
            .join_from(
                open_legs, host_signs,
                (open_legs.c.cluster == host_signs.c.cluster)
                & (open_legs.c.host == host_signs.c.host),
            )
            .where(open_legs.c.state == OpenLegState.OPEN.value)
            .distinct()
        )  # fmt: skip
        rows: Any = await self._connection.execute(query)
        return [(row[0], row[1], HostLife(row[2], row[3])) for row in rows]

    async def open_of_host(self, cluster: str, host: str, limit: int) -> list[OpenLeg]:
        """Gives a host's open legs, oldest answer first."""
        query = (
            select(open_legs)
            .where(
                open_legs.c.cluster == cluster,
                open_legs.c.host == host,
                open_legs.c.state == OpenLegState.OPEN.value,
            )
            .order_by(open_legs.c.answer_time_millis)
            .limit(limit)
        )
        return [_leg(row) for row in await self._connection.execute(query)]

    async def close(self, leg: OpenLeg, reason: CloseReason, end_time_millis: int) -> None:
        """Notes that the policy has closed the leg, why, and with which end."""
        await self._connection.execute(
            update(open_legs)
            .where(
                open_legs.c.cluster == leg.journal.cluster,
                open_legs.c.host == leg.journal.host,
                open_legs.c.uniqueid == leg.answer.uniqueid,
            )
            .values(
                state=OpenLegState.CLOSED.value,
                reason=reason.value,
                end_time_millis=end_time_millis,
                close_time=scope_of(self._connection).time,
            )
        )

    async def prune(self, closed_before: datetime, limit: int) -> int:
        """Forgets legs that were closed long ago; returns how many."""
        status = await self._raw.execute(_PRUNE, closed_before, limit)
        return int(status.rpartition(" ")[2])

    async def list_before(
        self, before: tuple[int, str, str, str] | None, state: OpenLegState | None, limit: int
    ) -> list[ListedLeg]:
        """Gives legs of this state, or all, latest start first, from a leg's key on."""
        query = select(open_legs, routes.c.assigned_tenant_id).outerjoin(
            routes, routes.c.code == open_legs.c.route_code
        )
        order = [
            open_legs.c.created_seconds, open_legs.c.cluster, open_legs.c.host,
            open_legs.c.uniqueid,
        ]  # fmt: skip
        if before is not None:
            query = query.where(tuple_(*order) < tuple_(*map(literal, before)))
        if state is not None:
            query = query.where(open_legs.c.state == state.value)
        query = query.order_by(*(column.desc() for column in order)).limit(limit)
        rows = await self._connection.execute(query)
        return [ListedLeg(_leg(row), row.assigned_tenant_id) for row in rows]

    async def count_open(self) -> int:
        """Gives how many legs are open."""
        query = select(func.count()).where(open_legs.c.state == OpenLegState.OPEN.value)
        count: int = (await self._connection.execute(query)).scalar_one()
        return count


def _leg(row: Row[Any]) -> OpenLeg:
    return OpenLeg(
        journal=Journal(row.cluster, row.host, row.file),
        answer=LegAnswer(*(getattr(row, name) for name in _ANSWER)),
        byte_offset=row.byte_offset,
        receive_time=row.receive_time,
        state=OpenLegState(row.state),
        seen_time_millis=row.seen_time_millis,
        gone_time_millis=row.gone_time_millis,
        lost_sign_millis=row.lost_sign_millis,
        lost_time=row.lost_time,
        reason=CloseReason(row.reason) if row.reason else None,
        end_time_millis=row.end_time_millis,
        close_time=row.close_time,
        true_end_time_millis=row.true_end_time_millis,
    )
