"""Reads and writes loss policies and what was found; for operator transactions alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain import amounts
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.loss import WorstCall
from services.billing.domain.loss_findings import Finding
from services.billing.domain.loss_policy import (
    DEFAULT_POLICY,
    Basis,
    LossCheck,
    LossPolicy,
    Mode,
    is_loss,
)
from services.billing.store.tables_costs import loss_checks, loss_findings, loss_policies

# More than any product of a price and an increment has.
_DECIMALS = 12


class Losses:
    """The policies, of which the last is in force, and the checks of every tenant."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def policy(self) -> LossPolicy:
        """Gives the policy in force."""
        query = select(loss_policies).order_by(loss_policies.c.position.desc()).limit(1)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return DEFAULT_POLICY
        return LossPolicy(Mode(row["mode"]), Basis(row["basis"]), row["update_time"])

    async def set_policy(self, policy: LossPolicy) -> None:
        """Puts a policy in force; the caller holds the lock of the costs."""
        last = select(func.coalesce(func.max(loss_policies.c.position), 0))
        values = {
            "position": (await self._connection.execute(last)).scalar_one() + 1,
            "mode": policy.mode,
            "basis": policy.basis,
            "update_time": policy.update_time,
        }
        await self._connection.execute(insert(loss_policies).values(values))

    async def next_position(self, tenant_id: str) -> int:
        """Gives the number of a tenant's next check; the caller holds the lock of its account."""
        last = select(func.coalesce(func.max(loss_checks.c.position), 0)).where(
            loss_checks.c.buyer_id == tenant_id
        )
        return int((await self._connection.execute(last)).scalar_one()) + 1

    async def add(self, check: LossCheck) -> None:
        """Adds a check with what it found."""
        values = {
            "buyer_id": check.tenant_id,
            "position": check.position,
            "mode": check.policy.mode,
            "basis": check.policy.basis,
            "create_time": check.create_time,
        }
        await self._connection.execute(insert(loss_checks).values(values))
        rows = [_row(check, index, found) for index, found in enumerate(check.findings)]
        if rows:
            await self._connection.execute(insert(loss_findings), rows)

    async def latest_after(
        self, tenant_id: str, limit: int, *, findings_only: bool
    ) -> list[LossCheck]:
        """Gives the latest check of at most `limit` tenants, from behind `tenant_id` on."""
        last = (
            select(loss_checks.c.buyer_id, func.max(loss_checks.c.position).label("position"))
            .where(loss_checks.c.buyer_id > tenant_id)
            .group_by(loss_checks.c.buyer_id)
            .subquery()
        )
        key = (last.c.buyer_id == loss_checks.c.buyer_id) & (
            last.c.position == loss_checks.c.position
        )
        query = select(loss_checks).join(last, key).order_by(loss_checks.c.buyer_id).limit(limit)
        if findings_only:
            something = (
                select(loss_findings.c.buyer_id)
                .where(loss_findings.c.buyer_id == loss_checks.c.buyer_id)
                .where(loss_findings.c.check_position == loss_checks.c.position)
            )
            query = query.where(something.exists())
        heads = (await self._connection.execute(query)).mappings().all()
        return [await self._check(head) for head in heads]

    async def _check(self, head: RowMapping) -> LossCheck:
        query = (
            select(loss_findings)
            .where(loss_findings.c.buyer_id == head["buyer_id"])
            .where(loss_findings.c.check_position == head["position"])
            .order_by(loss_findings.c.position)
        )
        rows: Sequence[RowMapping] = (await self._connection.execute(query)).mappings().all()
        return LossCheck(
            tenant_id=head["buyer_id"],
            position=head["position"],
            policy=LossPolicy(Mode(head["mode"]), Basis(head["basis"])),
            create_time=head["create_time"],
            findings=tuple(map(_finding, rows)),
        )


def _row(check: LossCheck, position: int, found: Finding) -> dict[str, Any]:
    return {
        "buyer_id": check.tenant_id,
        "check_position": check.position,
        "position": position,
        "reason": found.reason,
        "item": found.item,
        "direction": found.calls.direction,
        "zone": found.calls.zone,
        "carrier": found.carrier,
        "unit_price": found.unit_price,
        "unit_cost": found.unit_cost,
        "worst_duration_seconds": found.worst.seconds if found.worst else 0,
        "worst_loss": _kept(found.worst.loss if found.worst else None),
        "currency_code": found.currency_code,
        "observed_loss": _kept(found.observed_loss),
        "usual_loss": _kept(found.usual_loss),
        "is_loss": is_loss(found, check.policy.basis),
    }


def _kept(exact: Fraction | None) -> Any:
    return None if exact is None else amounts.shown_decimal(exact, _DECIMALS)


def _finding(row: RowMapping) -> Finding:
    worst = None
    if row["worst_loss"] is not None:
        worst = WorstCall(row["worst_duration_seconds"], Fraction(row["worst_loss"]))
    observed, usual = row["observed_loss"], row["usual_loss"]
    return Finding(
        tenant_id=row["buyer_id"],
        reason=row["reason"],
        item=Item(row["item"]),
        currency_code=row["currency_code"],
        calls=CallClass(row["direction"], row["zone"]),
        carrier=row["carrier"],
        unit_price=row["unit_price"],
        unit_cost=row["unit_cost"],
        worst=worst,
        observed_loss=None if observed is None else Fraction(observed),
        usual_loss=None if usual is None else Fraction(usual),
    )
