"""Adds the next version of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.plans import PlanKey, PlanVersion
from services.billing.usecases import Desk
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def create_plan_version(desk: Desk, version: PlanVersion, once: Once[PlanVersion, M]) -> M:
    """Adds the version under the plan's next number, which `version` need not know."""
    plan = version.key.plan
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_plans()
        number = await store.plans.last_version(plan) + 1
        numbered = replace(version, key=PlanKey(plan, number))
        await store.plans.add(numbered)
        return await once.keep(store, numbered)
