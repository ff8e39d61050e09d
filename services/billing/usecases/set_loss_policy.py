"""Sets what is done about prices that lose money."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.loss_policy import LossPolicy
from services.billing.usecases import Desk
from services.billing.usecases.hold_against_costs import CHECK_LOSSES
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def set_loss_policy(desk: Desk, policy: LossPolicy, once: Once[LossPolicy, M]) -> M:
    """Puts the policy in force, and has every client checked by it."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_costs()
        in_force = replace(policy, update_time=store.scope.time)
        await store.losses.set_policy(in_force)
        await store.outbox.add(CHECK_LOSSES, {})
        return await once.keep(store, in_force)
