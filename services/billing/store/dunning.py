"""Reads and writes how sellers go after overdue invoices, and how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.dunning import (
    Action,
    DunningCase,
    DunningPolicy,
    Step,
    usual_policy,
)
from services.billing.store.tables_standing import (
    dunning_cases,
    dunning_events,
    dunning_policies,
)
from services.kit.db.scope import scope_of

# The invoice of each client that is unpaid for longest: since it was sent or, if it had been paid
# in whole, since that was taken back.
_UNPAID = text("""
SELECT DISTINCT ON (i.tenant_id) i.tenant_id, i.month, i.seller_id,
  coalesce(r.since, i.issue_time) AS due_since, i.time_zone
FROM invoices i JOIN (
  SELECT tenant_id, invoice_id, sum(amount) AS due FROM ledger_entries
  WHERE account = 'receivable' AND (tenant_id = :tenant_id OR :tenant_id = '')
  GROUP BY tenant_id, invoice_id) e
ON e.tenant_id = i.tenant_id AND e.invoice_id = i.month
CROSS JOIN LATERAL (
  SELECT max(post_time) AS since FROM (
    SELECT t.post_time, sum(x.amount) OVER w AS left_after, sum(x.amount) OVER w - x.amount
      AS left_before
    FROM ledger_entries x JOIN ledger_transactions t USING (tenant_id, source)
    WHERE x.tenant_id = i.tenant_id AND x.account = 'receivable' AND x.invoice_id = i.month
    WINDOW w AS (ORDER BY t.post_time, x.source, x.position)) h
  WHERE left_before <= 0 AND left_after > 0) r
WHERE e.due > 0 ORDER BY i.tenant_id, due_since, i.month
""")


@dataclass(frozen=True, slots=True)
class Unpaid:
    """The invoice that a client has left unpaid for longest, and since when."""

    tenant_id: str
    invoice_id: str
    seller_id: str
    due_since: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class DunningEvent:
    """What was done at one moment; positions count from 1."""

    position: int
    case: DunningCase
    reason: str
    event_time: datetime


class Dunning:
    """The cases and policies that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def policy_of(self, seller_id: str) -> DunningPolicy:
        """Gives a seller's policy, the usual one if it has said nothing."""
        query = select(dunning_policies).where(dunning_policies.c.tenant_id == seller_id)
        row = (await self._connection.execute(query)).mappings().first()
        if row is None:
            return usual_policy(seller_id)
        steps = tuple(Step(days, Action(action)) for days, action in row["steps"])
        return DunningPolicy(seller_id, row["payment_days"], steps)

    async def set_policy(self, policy: DunningPolicy) -> None:
        """Puts a policy in place of any before."""
        values = {
            "tenant_id": policy.seller_id,
            "payment_days": policy.payment_days,
            "steps": [[step.days_overdue, step.action.value] for step in policy.steps],
        }
        put = insert(dunning_policies).values(**values)
        await self._connection.execute(
            put.on_conflict_do_update(index_elements=[dunning_policies.c.tenant_id], set_=values)
        )

    async def unpaid(self, tenant_id: str = "") -> list[Unpaid]:
        """Gives what a client has left unpaid for longest, or each if none is named."""
        rows = await self._connection.execute(_UNPAID, {"tenant_id": tenant_id})
        return [Unpaid(*row) for row in rows]

    async def case_of(self, tenant_id: str) -> DunningCase:
        """Gives where a client is; nowhere if it was never overdue."""
        query = select(dunning_cases).where(dunning_cases.c.tenant_id == tenant_id)
        row = (await self._connection.execute(query)).mappings().first()
        return _case(row) if row else DunningCase(tenant_id)

    async def open_after(self, tenant_id: str, limit: int) -> list[DunningCase]:
        """Gives at most `limit` clients that are overdue, with ids after this one, in order."""
        query = select(dunning_cases).where(
            dunning_cases.c.action != "", dunning_cases.c.tenant_id > tenant_id
        )
        rows = await self._connection.execute(
            query.order_by(dunning_cases.c.tenant_id).limit(limit)
        )
        return [_case(row) for row in rows.mappings()]

    async def set_case(self, case: DunningCase, reason: str = "") -> None:
        """Keeps where a client is by now, and that it came there; under the account's lock."""
        values = {
            "tenant_id": case.tenant_id,
            "action": case.action.value if case.action else "",
            "invoice_id": case.invoice_id,
            "held_until": case.held_until,
        }
        put = insert(dunning_cases).values(**values)
        await self._connection.execute(
            put.on_conflict_do_update(index_elements=[dunning_cases.c.tenant_id], set_=values)
        )
        event = select(
            literal(case.tenant_id),
            func.count() + 1,
            literal(values["action"]),
            literal(case.invoice_id),
            literal(case.held_until, dunning_events.c.held_until.type),
            literal(reason),
            literal(scope_of(self._connection).time),
        ).where(dunning_events.c.tenant_id == case.tenant_id)
        columns = [
            "tenant_id", "position", "action", "invoice_id", "held_until", "reason", "event_time",
        ]  # fmt: skip
        await self._connection.execute(insert(dunning_events).from_select(columns, event))

    async def events_before(
        self, tenant_id: str, position: int | None, limit: int
    ) -> list[DunningEvent]:
        """Gives at most `limit` events before a position, latest first."""
        query = select(dunning_events).where(dunning_events.c.tenant_id == tenant_id)
        if position is not None:
            query = query.where(dunning_events.c.position < position)
        rows = await self._connection.execute(
            query.order_by(dunning_events.c.position.desc()).limit(limit)
        )
        return [
            DunningEvent(row["position"], _case(row), row["reason"], row["event_time"])
            for row in rows.mappings()
        ]


def _case(row: RowMapping) -> DunningCase:
    held: date | None = row["held_until"]
    action = Action(row["action"]) if row["action"] else None
    return DunningCase(row["tenant_id"], action, row["invoice_id"], held)
