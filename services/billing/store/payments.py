"""Reads and writes payments: intents and what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.ledger import ON_ACCOUNT
from services.billing.domain.payment import DeclineReason, Method, Payment, PaymentState
from services.billing.store.places import Place, before_place
from services.billing.store.tables_payments import payments
from services.kit.errors import NotFound
from services.kit.money import Money


class Payments:
    """The payments that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, payment: Payment) -> None:
        """Records a payment."""
        await self._connection.execute(
            insert(payments).values(
                tenant_id=payment.tenant_id,
                payment_id=payment.payment_id,
                method=payment.method,
                currency_code=payment.amount.currency_code,
                amount=payment.amount.amount,
                seller_id=payment.seller_id,
                invoice_id=payment.invoice_id,
                reference=payment.reference,
                create_time=payment.create_time,
                is_automatic=payment.is_automatic,
                **_course(payment),
            )
        )

    async def save(self, payment: Payment) -> None:
        """Keeps what became of a payment; its amount and whose it is stay."""
        key = (payments.c.tenant_id == payment.tenant_id, _is(payment.payment_id))
        await self._connection.execute(update(payments).where(*key).values(**_course(payment)))

    async def get(self, tenant_id: str, payment_id: str) -> Payment:
        """Gives a payment, locked if the transaction writes; refuses with RESOURCE_NOT_FOUND."""
        found = await self._read(_of(tenant_id).where(_is(payment_id)))
        if not found:
            raise NotFound(resource=f"tenants/{tenant_id}/payments/{payment_id}")
        return found[0]

    async def find_by_processor_id(self, processor_id: str) -> Payment | None:
        """Gives the payment that the processor has under an id, or None."""
        found = await self._read(
            select(payments).where(payments.c.processor_id == processor_id).limit(1)
        )
        return found[0] if found else None

    async def find_pending(self, tenant_id: str, invoice_id: str) -> Payment | None:
        """Gives the payment by card of an invoice that is under way, or None."""
        query = _of(tenant_id).where(
            payments.c.invoice_id == invoice_id,
            payments.c.state == PaymentState.PENDING,
            payments.c.method == Method.CARD,
        )
        found = await self._read(query)
        return found[0] if found else None

    async def list_before(self, tenant_id: str, before: Place | None, limit: int) -> list[Payment]:
        """Gives at most `limit` payments, latest first, from behind `before` on."""
        place = (payments.c.create_time, payments.c.payment_id)
        query = before_place(_of(tenant_id), place, before)
        return await self._read(query.limit(limit))

    async def lease_due(self, now: datetime, seconds: float, limit: int) -> list[Payment]:
        """Gives at most `limit` payments whose time has come, to nobody else for `seconds`."""
        due = (
            select(payments.c.tenant_id, payments.c.payment_id)
            .where(payments.c.state == PaymentState.PENDING, payments.c.next_attempt_time <= now)
            .order_by(payments.c.next_attempt_time)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = (
            update(payments)
            .where(tuple_(payments.c.tenant_id, payments.c.payment_id).in_(due))
            .values(next_attempt_time=now + timedelta(seconds=seconds))
            .returning(*payments.c)
        )
        rows = (await self._connection.execute(leased)).mappings()
        return [_payment(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """Tells when the next payment is to be attempted."""
        query = select(func.min(payments.c.next_attempt_time)).where(
            payments.c.state == PaymentState.PENDING
        )
        found: datetime | None = (await self._connection.execute(query)).scalar()
        return found

    async def _read(self, query: Select[Any]) -> list[Payment]:
        return [_payment(row) for row in (await self._connection.execute(query)).mappings()]


def _of(tenant_id: str) -> Select[Any]:
    return select(payments).where(payments.c.tenant_id == tenant_id)


def _is(payment_id: str) -> Any:
    return payments.c.payment_id == payment_id


def _course(payment: Payment) -> dict[str, Any]:
    return {
        "state": payment.state,
        "attempt": payment.attempt,
        "is_attempted": payment.is_attempted,
        "card_id": payment.card_id,
        "next_attempt_time": payment.next_attempt_time,
        "decline_reason": payment.decline_reason,
        "processor_id": payment.processor_id,
    }


def _payment(row: RowMapping) -> Payment:
    return Payment(
        tenant_id=row["tenant_id"],
        payment_id=row["payment_id"],
        seller_id=row["seller_id"],
        method=Method(row["method"]),
        amount=Money(row["amount"], row["currency_code"]),
        create_time=row["create_time"],
        state=PaymentState(row["state"]),
        invoice_id=row["invoice_id"] or ON_ACCOUNT,
        reference=row["reference"],
        is_automatic=row["is_automatic"],
        attempt=row["attempt"],
        is_attempted=row["is_attempted"],
        card_id=row["card_id"],
        next_attempt_time=row["next_attempt_time"],
        decline_reason=DeclineReason(row["decline_reason"]),
        processor_id=row["processor_id"],
    )
