"""Says what happens by itself at month ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.invoice_run import RunPolicy
from services.billing.usecases import Desk
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def set_run_policy(desk: Desk, policy: RunPolicy, once: Once[RunPolicy, M]) -> M:
    """Adds the policy, which holds from now on."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        last = await store.invoice_runs.policy()
        if last is not None:
            # Two of one instant have an order too.
            later = max(policy.set_time, last.set_time + timedelta(microseconds=1))
            policy = replace(policy, set_time=later)
        await store.invoice_runs.add_policy(policy)
        return await once.keep(store, policy)
