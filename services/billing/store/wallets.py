"""Reads and writes terms of wallets, gates, and what clients were told of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.gate import Gate, GateReason, GateState
from services.billing.domain.month import Month
from services.billing.domain.wallet import Mode, TopUp, WalletTerms
from services.billing.store.tables_standing import (
    gate_changes,
    gates,
    wallet_alerts,
    wallet_terms,
)
from services.kit.db.scope import scope_of
from services.kit.money import Money


@dataclass(frozen=True, slots=True)
class GateChange:
    """That a gate was opened or shut; positions count from 1."""

    position: int
    gate: Gate
    change_time: datetime


class Wallets:
    """The wallets that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def terms_of(self, tenant_id: str) -> WalletTerms | None:
        """Gives what was agreed, or None."""
        query = select(wallet_terms).where(wallet_terms.c.tenant_id == tenant_id)
        row = (await self._connection.execute(query)).mappings().first()
        return _terms(row) if row else None

    async def set_terms(self, terms: WalletTerms) -> None:
        """Puts terms in place of any before."""
        values = _row(terms)
        put = insert(wallet_terms).values(values)
        await self._connection.execute(
            put.on_conflict_do_update(index_elements=[wallet_terms.c.tenant_id], set_=values)
        )

    async def gate_of(self, tenant_id: str) -> tuple[Gate, int]:
        """Gives the gate as it was last worked out, and the live calls that were told then."""
        query = select(gates).where(gates.c.tenant_id == tenant_id)
        row = (await self._connection.execute(query)).mappings().first()
        if row is None:
            return Gate(), 0
        return Gate(GateState(row["state"]), GateReason(row["reason"])), row["live_call_count"]

    async def live_calls_of(self, tenant_ids: Collection[str]) -> int:
        """Gives the live calls that were last told of all of them together."""
        query = select(func.coalesce(func.sum(gates.c.live_call_count), 0))
        found = await self._connection.scalar(query.where(gates.c.tenant_id.in_(tenant_ids)))
        return int(found or 0)

    async def set_gate(self, tenant_id: str, gate: Gate, live_call_count: int) -> None:
        """Keeps the gate and the live calls, and the change if it is one; under its lock."""
        before, _ = await self.gate_of(tenant_id)
        values = {
            "tenant_id": tenant_id,
            "state": gate.state.value,
            "reason": gate.reason.value,
            "live_call_count": live_call_count,
        }
        put = insert(gates).values(**values, change_time=self._now)
        changed = {"change_time": self._now} if gate != before else {}
        await self._connection.execute(
            put.on_conflict_do_update(
                index_elements=[gates.c.tenant_id], set_={**values, **changed}
            )
        )
        if gate != before:
            await self._keep_change(tenant_id, gate)

    async def _keep_change(self, tenant_id: str, gate: Gate) -> None:
        change = select(
            literal(tenant_id),
            func.count() + 1,
            literal(gate.state.value),
            literal(gate.reason.value),
            literal(self._now),
        ).where(gate_changes.c.tenant_id == tenant_id)
        columns = ["tenant_id", "position", "state", "reason", "change_time"]
        await self._connection.execute(insert(gate_changes).from_select(columns, change))

    async def changes_before(
        self, tenant_id: str, position: int | None, limit: int
    ) -> list[GateChange]:
        """Gives at most `limit` changes before a position, latest first."""
        query = select(gate_changes).where(gate_changes.c.tenant_id == tenant_id)
        if position is not None:
            query = query.where(gate_changes.c.position < position)
        query = query.order_by(gate_changes.c.position.desc()).limit(limit)
        return [
            GateChange(
                row["position"],
                Gate(GateState(row["state"]), GateReason(row["reason"])),
                row["change_time"],
            )
            for row in (await self._connection.execute(query)).mappings()
        ]

    async def note_alert(self, tenant_id: str, kind: str, month: Month) -> bool:
        """Keeps that a client is told of something, and tells whether it was not yet."""
        put = insert(wallet_alerts).values(
            tenant_id=tenant_id, kind=kind, month=str(month), alert_time=self._now
        )
        noted = await self._connection.execute(
            put.on_conflict_do_nothing().returning(wallet_alerts.c.kind)
        )
        return noted.first() is not None

    @property
    def _now(self) -> datetime:
        return scope_of(self._connection).time


def _row(terms: WalletTerms) -> dict[str, Any]:
    top_up = terms.top_up
    return {
        "tenant_id": terms.tenant_id,
        "mode": terms.mode.value,
        "currency_code": terms.currency_code,
        "credit_limit": _amount(terms.credit_limit),
        "daily_cap": _amount(terms.daily_cap),
        "monthly_cap": _amount(terms.monthly_cap),
        "alert_below": _amount(terms.alert_below),
        "top_up_below": _amount(top_up.below) if top_up else None,
        "top_up_amount": _amount(top_up.amount) if top_up else None,
        "reserve_seconds": terms.reserve_seconds,
    }


def _terms(row: RowMapping) -> WalletTerms:
    def money(name: str) -> Money | None:
        return Money(row[name], row["currency_code"]) if row[name] is not None else None

    below, amount = money("top_up_below"), money("top_up_amount")
    return WalletTerms(
        tenant_id=row["tenant_id"],
        mode=Mode(row["mode"]),
        currency_code=row["currency_code"],
        credit_limit=money("credit_limit"),
        daily_cap=money("daily_cap"),
        monthly_cap=money("monthly_cap"),
        alert_below=money("alert_below"),
        top_up=TopUp(below, amount) if below is not None and amount is not None else None,
        reserve_seconds=row["reserve_seconds"],
    )


def _amount(money: Money | None) -> Decimal | None:
    return money.amount if money is not None else None
