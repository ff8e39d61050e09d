"""Reads and writes reconciliations; for operator transactions alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain import amounts
from services.billing.domain.matching import CarrierCall, Outcome, Pair
from services.billing.domain.reconciliation import OutcomeTotal, Reconciliation, Standing
from services.billing.store.tables_costs import (
    carrier_call_parts,
    carrier_calls,
    disputed_calls,
    reconciliation_classes,
    reconciliations,
)

_DECIMALS = 9
_ROWS_AT_ONCE = 5000


class Reconciliations:
    """The carriers' bills and what became of them; nothing of it is ever changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: Reconciliation) -> bool:
        """Adds one; tells whether its id was free. The caller holds the lock of the costs."""
        if await self._find(new.reconciliation_id) is not None:
            return False
        values = {name: getattr(new, name) for name in reconciliations.columns.keys()}  # noqa: SIM118
        await self._connection.execute(insert(reconciliations).values(values))
        return True

    async def find(self, reconciliation_id: str) -> Standing | None:
        """Gives one with how far it is."""
        found = await self._find(reconciliation_id)
        if found is None:
            return None
        of = carrier_calls.c.reconciliation_id == reconciliation_id
        sums = select(func.count(), func.coalesce(func.sum(carrier_calls.c.amount), 0)).where(of)
        count, amount = (await self._connection.execute(sums)).one()
        return Standing(found, count, Decimal(amount), await self._totals(reconciliation_id))

    async def digest(self, reconciliation_id: str, part: int) -> bytes | None:
        """Gives the digest of a part that was added."""
        query = (
            select(carrier_call_parts.c.digest)
            .where(carrier_call_parts.c.reconciliation_id == reconciliation_id)
            .where(carrier_call_parts.c.part == part)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def add_part(
        self, reconciliation_id: str, part: int, digest: bytes, calls: Sequence[CarrierCall]
    ) -> None:
        """Adds a part of the bill."""
        key = {"reconciliation_id": reconciliation_id, "part": part}
        head = {**key, "digest": digest, "call_count": len(calls)}
        await self._connection.execute(insert(carrier_call_parts).values(head))
        rows = (
            {
                **key,
                "line": int(call.line.partition(":")[2]),
                "number": call.number,
                "start_time": call.start_time,
                "seconds": call.seconds,
                "amount": call.amount,
            }
            for call in calls
        )
        for some in _batches(rows):
            await self._connection.execute(insert(carrier_calls), some)

    async def calls(self, reconciliation_id: str) -> list[CarrierCall]:
        """Gives all calls of the bill."""
        query = select(carrier_calls).where(carrier_calls.c.reconciliation_id == reconciliation_id)
        rows = (await self._connection.execute(query)).mappings()
        return [
            CarrierCall(
                row["number"],
                row["start_time"],
                row["seconds"],
                row["amount"],
                f"{row['part']}:{row['line']}",
            )
            for row in rows
        ]

    async def finish(
        self, reconciliation_id: str, totals: Sequence[OutcomeTotal], disputed: Iterable[Pair]
    ) -> None:
        """Keeps what was found, for good."""
        key = {"reconciliation_id": reconciliation_id}
        values = [
            {
                **key,
                "outcome": total.outcome,
                "call_count": total.call_count,
                "carrier_amount": total.carrier_amount,
                "own_amount": total.own_amount,
            }
            for total in totals
        ]
        await self._connection.execute(insert(reconciliation_classes), values)
        rows = (
            {**key, "position": position, **_disputed(pair)}
            for position, pair in enumerate(disputed)
        )
        for some in _batches(rows):
            await self._connection.execute(insert(disputed_calls), some)

    async def disputed(self, reconciliation_id: str) -> Sequence[Mapping[str, Any]]:
        """Gives the calls that are not alike on both sides, in their order, by column."""
        query = (
            select(disputed_calls)
            .where(disputed_calls.c.reconciliation_id == reconciliation_id)
            .order_by(disputed_calls.c.position)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [dict(row) for row in rows]

    async def _find(self, reconciliation_id: str) -> Reconciliation | None:
        query = select(reconciliations).where(
            reconciliations.c.reconciliation_id == reconciliation_id
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return Reconciliation(**row) if row is not None else None

    async def _totals(self, reconciliation_id: str) -> tuple[OutcomeTotal, ...]:
        query = select(reconciliation_classes).where(
            reconciliation_classes.c.reconciliation_id == reconciliation_id
        )
        rows = (await self._connection.execute(query)).mappings()
        found = {
            row["outcome"]: OutcomeTotal(
                Outcome(row["outcome"]), row["call_count"], row["carrier_amount"], row["own_amount"]
            )
            for row in rows
        }
        return tuple(found[outcome] for outcome in Outcome if outcome in found)


def _disputed(pair: Pair) -> dict[str, Any]:
    theirs, ours = pair.theirs, pair.ours
    either = theirs or ours
    assert either is not None, "a pair has a side"
    return {
        "outcome": pair.outcome,
        "number": either.number,
        "carrier_start_time": theirs.start_time if theirs else None,
        "carrier_seconds": theirs.seconds if theirs else None,
        "carrier_amount": theirs.amount if theirs else None,
        "carrier_line": theirs.line if theirs else "",
        "own_start_time": ours.start_time if ours else None,
        "own_seconds": ours.seconds if ours else None,
        "own_amount": amounts.shown_decimal(ours.amount, _DECIMALS) if ours else None,
    }


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while some := list(islice(remaining, _ROWS_AT_ONCE)):
        yield some
