"""Reads and writes refunds: intents to give money back, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.card import Refund, RefundState
from services.billing.domain.payment import Payment
from services.billing.store.tables_payments import refunds
from services.kit.money import Money


class Refunds:
    """The refunds that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, refund: Refund) -> bool:
        """Records a refund, and tells whether it is new."""
        values = {
            "tenant_id": refund.tenant_id,
            "refund_id": refund.refund_id,
            "payment_id": refund.payment_id,
            "amount": refund.amount.amount,
            "currency_code": refund.amount.currency_code,
            "state": refund.state,
            "create_time": refund.create_time,
            "next_attempt_time": refund.create_time,
        }
        added = insert(refunds).values(**values).on_conflict_do_nothing()
        row = (await self._connection.execute(added.returning(refunds.c.refund_id))).first()
        return row is not None

    async def settle(self, refund: Refund, state: RefundState) -> bool:
        """Keeps what became of a pending refund; tells whether it was still pending."""
        ended = (
            update(refunds)
            .where(
                refunds.c.tenant_id == refund.tenant_id,
                refunds.c.refund_id == refund.refund_id,
                refunds.c.state == RefundState.PENDING,
            )
            .values(state=state, next_attempt_time=None)
            .returning(refunds.c.refund_id)
        )
        return (await self._connection.execute(ended)).first() is not None

    async def sums_of(self, tenant_id: str, payments: Sequence[Payment]) -> dict[str, Money]:
        """Gives what was or is being given back of payments, by their ids; nothing of others."""
        query = (
            select(
                refunds.c.payment_id,
                refunds.c.currency_code,
                func.sum(refunds.c.amount).label("sum"),
            )
            .where(
                refunds.c.tenant_id == tenant_id,
                refunds.c.payment_id.in_([payment.payment_id for payment in payments]),
                refunds.c.state != RefundState.FAILED,
            )
            .group_by(refunds.c.payment_id, refunds.c.currency_code)
        )
        rows = await self._connection.execute(query)
        return {row.payment_id: Money(row.sum, row.currency_code) for row in rows}

    async def lease_due(self, now: datetime, seconds: float, limit: int) -> list[Refund]:
        """Gives at most `limit` refunds whose time has come, to nobody else for `seconds`."""
        key = (refunds.c.tenant_id, refunds.c.refund_id)
        due = (
            select(*key)
            .where(refunds.c.state == RefundState.PENDING, refunds.c.next_attempt_time <= now)
            .order_by(refunds.c.next_attempt_time)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = (
            update(refunds)
            .where(tuple_(*key).in_(due))
            .values(next_attempt_time=now + timedelta(seconds=seconds))
            .returning(*refunds.c)
        )
        rows = (await self._connection.execute(leased)).mappings()
        return [
            Refund(
                tenant_id=row["tenant_id"],
                refund_id=row["refund_id"],
                payment_id=row["payment_id"],
                amount=Money(row["amount"], row["currency_code"]),
                state=RefundState(row["state"]),
                create_time=row["create_time"],
            )
            for row in rows
        ]
