"""Begins a run over all tenants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from google.protobuf.message import Message

from services.billing.domain.invoice_run import (
    InvoiceRun,
    Mode,
    RunPolicy,
    RunProgress,
    TaskState,
    scheduled_id,
    scheduled_months,
)
from services.billing.domain.month import Month
from services.billing.partners.directory import Entry
from services.billing.usecases import Desk
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class WantedRun:
    """Which month, and whether to send what is ready."""

    month: Month
    is_issuing: bool


async def create_invoice_run(desk: Desk, wanted: WantedRun, once: Once[RunProgress, M]) -> M:
    """Adds a run with a task for each client, due when the month is over where the client is."""
    clients = await desk.directory.clients()
    now = desk.clock.now()
    run = InvoiceRun(
        run_id=f"{wanted.month}-{uuid4().hex[:12]}",
        month=wanted.month,
        is_issuing=wanted.is_issuing,
        is_scheduled=False,
        create_time=now,
    )
    due = [
        (
            each.tenant_id,
            max(now, run.month.anchored(each.billing_anchor_day).end_time(each.time_zone)),
        )
        for each in clients
        if each.is_served_in(run.month)
    ]
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.invoice_runs.add(run)
        await store.invoice_runs.add_tasks(run.run_id, due, now)
        progress = RunProgress(run, {TaskState.PENDING: len(due)} if due else {})
        return await once.keep(store, progress)


async def schedule_runs(desk: Desk) -> int:
    """Adds what is due by itself by now, as far as it is not there; gives how many tasks it saw."""
    async with desk.db.operator_read() as store:
        policy = await store.invoice_runs.policy()
    if policy is None or policy.mode is Mode.OFF:
        return 0
    due = _due_by_month(policy, await desk.directory.clients(), desk)
    for month, tenant_ids in due.items():
        now = desk.clock.now()
        is_issuing = policy.mode is Mode.ISSUE
        run = InvoiceRun(scheduled_id(month), month, is_issuing, True, now)
        async with desk.db.operator_transaction() as store:
            await store.invoice_runs.add(run)
            await store.invoice_runs.add_tasks(
                run.run_id, ((each, now) for each in tenant_ids), now
            )
    return sum(map(len, due.values()))


def _due_by_month(policy: RunPolicy, clients: list[Entry], desk: Desk) -> dict[Month, list[str]]:
    now = desk.clock.now()
    found: dict[Month, list[str]] = {}
    for client in clients:
        anchor_day = client.billing_anchor_day
        for month in scheduled_months(policy, now, client.time_zone, anchor_day):
            if client.is_served_in(month):
                found.setdefault(month, []).append(client.tenant_id)
    return dict(sorted(found.items()))
