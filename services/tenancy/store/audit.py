"""Reads the audit log, and adds to it; nothing in it is ever changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.changes import Difference
from services.tenancy.domain.audit import NOTHING, Actor, Entry
from services.tenancy.store.tables_audit import audit_entries as table

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is not given does not count.

    `action` is an action, or the collection before its dot. An actor is found by what its own
    tenant calls it, and with `by_staff` also by who is behind a provider's entry.
    """

    start_time: datetime | None = None
    end_time: datetime | None = None
    actor: str = ""
    action: str = ""
    resource: str = ""
    by_staff: bool = False


class AuditLog:
    """The entries that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock_head(self, tenant_id: str) -> tuple[int, bytes]:
        """Waits until nobody else adds to a chain; gives its last sequence and hash."""
        await self._connection.execute(_LOCK, {"name": f"audit/{tenant_id}"})
        query = (
            select(table.c.sequence, table.c.hash)
            .where(table.c.tenant_id == tenant_id)
            .order_by(table.c.sequence.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return (row.sequence, bytes(row.hash)) if row else (0, NOTHING)

    async def has_change(self, tenant_id: str, change_id: str) -> bool:
        """Tells whether what another service told by this id is in the chain."""
        query = select(table.c.sequence).where(
            table.c.tenant_id == tenant_id, table.c.change_id == change_id
        )
        return (await self._connection.execute(query)).first() is not None

    async def add(self, entry: Entry, change_id: str = "") -> None:
        """Adds the next entry of a chain, with the id by which another service told it if any."""
        row = {**_row(entry), "change_id": change_id or None}
        await self._connection.execute(insert(table).values(row))

    async def list_before(
        self, tenant_id: str, wanted: Wanted, before: int | None, limit: int
    ) -> list[Entry]:
        """Gives at most `limit` entries, latest first, from behind a sequence on."""
        query = select(table).where(table.c.tenant_id == tenant_id, *_conditions(wanted))
        if before is not None:
            query = query.where(table.c.sequence < before)
        rows = await self._connection.execute(query.order_by(table.c.sequence.desc()).limit(limit))
        return [_entry(row) for row in rows.mappings()]

    async def list_after(self, tenant_id: str, after: int, limit: int) -> list[Entry]:
        """Gives at most `limit` entries in the order of the chain."""
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.sequence > after)
        rows = await self._connection.execute(query.order_by(table.c.sequence).limit(limit))
        return [_entry(row) for row in rows.mappings()]


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.start_time is not None:
        yield table.c.entry_time >= wanted.start_time
    if wanted.end_time is not None:
        yield table.c.entry_time < wanted.end_time
    if wanted.actor:
        is_seen = table.c.actor == wanted.actor
        yield or_(is_seen, table.c.staff == wanted.actor) if wanted.by_staff else is_seen
    if wanted.action:
        of_collection = table.c.action.startswith(f"{wanted.action}.", autoescape=True)
        yield or_(table.c.action == wanted.action, of_collection)
    if wanted.resource:
        yield table.c.resource == wanted.resource


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "tenant_id": entry.tenant_id,
        "sequence": entry.sequence,
        "entry_time": entry.time,
        "actor": entry.actor.seen,
        "staff": entry.actor.staff,
        "salt": entry.salt,
        "action": entry.action,
        "resource": entry.resource,
        "differences": json.dumps(
            [[each.field, each.before, each.after] for each in entry.differences]
        ),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def _entry(row: RowMapping) -> Entry:
    return Entry(
        tenant_id=row["tenant_id"],
        sequence=row["sequence"],
        time=row["entry_time"],
        actor=Actor(row["actor"], row["staff"]),
        salt=row["salt"],
        action=row["action"],
        resource=row["resource"],
        differences=_differences(row["differences"]),
        previous_hash=bytes(row["previous_hash"]),
        hash=bytes(row["hash"]),
    )


def _differences(written: str) -> tuple[Difference, ...]:
    try:
        return tuple(Difference(*map(str, each)) for each in json.loads(written))
    except (ValueError, TypeError):
        # Nothing that we wrote: an entry that its hash does not fit, and no failure of ours.
        return (Difference("", written, ""),)
