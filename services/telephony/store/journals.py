"""Takes what journals tell: cursors, new and corrected legs, lines put aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.db.transaction import driver_connection
from services.telephony.domain.journal import Journal, PlacedFault, PlacedLeg, StandingLeg
from services.telephony.domain.leg import LegState
from services.telephony.store.columns import as_text, rows_of
from services.telephony.store.locks import ROUTES, journal_lock
from services.telephony.store.tables import journal_cursors, quarantined_lines

LINE_BYTES_KEPT: Final = 4096

_LOCK: Final = (
    "SELECT pg_advisory_xact_lock(hashtextextended($1, 0)), pg_advisory_xact_lock_shared($2)"
)
_CURSOR: Final = (
    "SELECT byte_offset FROM journal_cursors WHERE cluster = $1 AND host = $2 AND file = $3"
)
_ADVANCE: Final = (
    "INSERT INTO journal_cursors (cluster, host, file, byte_offset, update_time)"
    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cluster, host, file)"
    " DO UPDATE SET byte_offset = excluded.byte_offset, update_time = excluded.update_time"
)
_STANDING: Final = (
    "SELECT uniqueid, digest, route_code, file, byte_offset FROM legs"
    " WHERE cluster = $1 AND host = $2 AND uniqueid = ANY($3::text[])"
)
_ASSIGNED: Final = (
    "SELECT code FROM routes WHERE code = ANY($1::text[]) AND assigned_tenant_id IS NOT NULL"
)
_COLUMNS: Final = (
    ("uniqueid", "text"),
    ("route_code", "text"),
    ("direction", "text"),
    ("linkedid", "text"),
    ("caller_channel", "text"),
    ("call_code", "text"),
    ("dialled_number", "text"),
    ("caller_number", "text"),
    ("created_seconds", "bigint"),
    ("answer_time_millis", "bigint"),
    ("end_time_millis", "bigint"),
    ("billable_seconds", "integer"),
    ("hangup_cause", "smallint"),
    ("end_is_estimated", "boolean"),
    ("digest", "bytea"),
)
_NAMES: Final = ", ".join(name for name, _ in _COLUMNS)
# COPY is refused on a table with row-level security.
_SELECTED: Final = ", ".join(
    f"decode({name}, 'hex')" if kind == "bytea" else f"{name}::{kind}" for name, kind in _COLUMNS
)
_INSERT: Final = (
    "INSERT INTO legs (cluster, host, file, receive_time, byte_offset, state,"  # noqa: S608
    f" {_NAMES})"
    f" SELECT $1, $2, $3, $4::timestamptz, byte_offset::bigint, state, {_SELECTED}"
    f" FROM {rows_of(f'byte_offset, state, {_NAMES}', 5)} WHERE byte_offset <> ''"
)
_CORRECT: Final = (
    "UPDATE legs SET file = $3, byte_offset = $4, queue_number = nextval('leg_queue'),"  # noqa: S608
    " state = CASE state WHEN 'UNASSIGNED' THEN state ELSE 'PENDING' END, "
    + ", ".join(f"{name} = ${index}" for index, (name, _) in enumerate(_COLUMNS, 5))
    + " WHERE cluster = $1 AND host = $2 AND uniqueid = $5"
)


class Journals:
    """The journals, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._raw = driver_connection(connection)

    async def list_cursors(self, cluster: str, host: str, limit: int) -> list[tuple[str, int]]:
        """Gives (file, bytes taken) of a host's journals, latest name first."""
        query = (
            select(journal_cursors.c.file, journal_cursors.c.byte_offset)
            .where(journal_cursors.c.cluster == cluster, journal_cursors.c.host == host)
            .order_by(journal_cursors.c.file.desc())
            .limit(limit)
        )
        return [(row.file, row.byte_offset) for row in await self._connection.execute(query)]

    async def lock_host(self, journal: Journal) -> None:
        """Waits until nobody else takes lines of this host or gives routes away."""
        await self.lock(journal.cluster, journal.host)

    async def lock(self, cluster: str, host: str) -> None:
        """Does so for a host by its names."""
        await self._raw.execute(_LOCK, journal_lock(cluster, host), ROUTES)

    async def cursor(self, journal: Journal) -> int:
        """Gives how many bytes have been taken."""
        return await self._raw.fetchval(_CURSOR, *journal) or 0

    async def advance(self, journal: Journal, byte_offset: int) -> None:
        """Says how many bytes have been taken now."""
        await self._raw.execute(_ADVANCE, *journal, byte_offset, scope_of(self._connection).time)

    async def standing(self, journal: Journal, uniqueids: Sequence[str]) -> dict[str, StandingLeg]:
        """Gives those of a host's legs that are there already, by uniqueid."""
        rows = await self._raw.fetch(_STANDING, journal.cluster, journal.host, uniqueids)
        return {row[0]: StandingLeg(*row[1:]) for row in map(tuple, rows)}

    async def assigned(self, codes: Iterable[str]) -> set[str]:
        """Gives those of the route codes that are some tenant's."""
        return {row["code"] for row in await self._raw.fetch(_ASSIGNED, list(codes))}

    async def add_legs(
        self, journal: Journal, placed: Sequence[tuple[PlacedLeg, LegState]]
    ) -> None:
        """Adds legs that are not there yet, each in its first state."""
        if not placed:
            return
        *columns, digests = zip(*(item.leg for item, _ in placed), strict=True)
        await self._raw.execute(
            _INSERT,
            *journal,
            scope_of(self._connection).time,
            as_text(str(item.byte_offset) for item, _ in placed),
            as_text(state.value for _, state in placed),
            *(as_text(map(str, column)) for column in columns),
            as_text(map(bytes.hex, digests)),
        )

    async def correct_legs(self, journal: Journal, placed: Sequence[PlacedLeg]) -> None:
        """Gives legs that are there another body, which usage is to learn."""
        await self._raw.executemany(
            _CORRECT,
            [
                (journal.cluster, journal.host, journal.file, item.byte_offset, *item.leg)
                for item in placed
            ],
        )

    async def put_aside(self, journal: Journal, faults: Sequence[PlacedFault]) -> None:
        """Keeps lines that could not be taken."""
        if not faults:
            return
        time = scope_of(self._connection).time
        rows = [
            {
                **journal._asdict(),
                "byte_offset": fault.byte_offset,
                "line": fault.line[:LINE_BYTES_KEPT],
                "reason": fault.fault.reason.value,
                "detail": fault.fault.detail,
                "state": "QUARANTINED",
                "create_time": time,
            }
            for fault in faults
        ]
        await self._connection.execute(postgresql.insert(quarantined_lines), rows)
