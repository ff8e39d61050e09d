"""Reads and replays lines that were put aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import NotFound
from services.telephony.domain.journal import Journal
from services.telephony.domain.journal_line import Fault, Reason
from services.telephony.store.tables import quarantined_lines

QUARANTINED = "QUARANTINED"
REPLAYED = "REPLAYED"


@dataclass(frozen=True, slots=True)
class QuarantinedLine:
    """A line that was put aside, and why."""

    line_number: int
    journal: Journal
    byte_offset: int
    line: bytes
    fault: Fault
    state: str
    create_time: datetime


class Quarantine:
    """Lines put aside, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list_before(self, line_number: int, limit: int) -> list[QuarantinedLine]:
        """Gives lines with smaller numbers, latest first."""
        query = (
            select(quarantined_lines)
            .where(quarantined_lines.c.line_number < line_number)
            .order_by(quarantined_lines.c.line_number.desc())
            .limit(limit)
        )
        return [_line(row) for row in await self._connection.execute(query)]

    async def get_for_update(self, line_number: int) -> QuarantinedLine:
        """Gives the line; refuses with RESOURCE_NOT_FOUND."""
        query = (
            select(quarantined_lines)
            .where(quarantined_lines.c.line_number == line_number)
            .with_for_update()
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"quarantinedLines/{line_number}")
        return _line(row)

    async def save(self, line: QuarantinedLine) -> None:
        """Writes what a replay has found."""
        await self._connection.execute(
            update(quarantined_lines)
            .where(quarantined_lines.c.line_number == line.line_number)
            .values(state=line.state, reason=line.fault.reason.value, detail=line.fault.detail)
        )


def _line(row: Row[Any]) -> QuarantinedLine:
    return QuarantinedLine(
        line_number=row.line_number,
        journal=Journal(row.cluster, row.host, row.file),
        byte_offset=row.byte_offset,
        line=row.line,
        fault=Fault(Reason(row.reason), row.detail),
        state=row.state,
        create_time=row.create_time,
    )
