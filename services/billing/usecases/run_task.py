"""Does what a run has to do for one tenant: drafts its month, and sends it if it may."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.billing.domain.book_rules import PeriodInvoiced
from services.billing.domain.dues import PriceMissing
from services.billing.domain.invoice import DraftInvoice, DraftOutdated, DraftState, PeriodOpen
from services.billing.domain.invoice_run import Outcome, Task, TaskState
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.create_draft_invoice import compute_draft, keep_draft
from services.billing.usecases.issue_draft_invoice import send_draft, trade_of
from services.kit.errors import Aborted, Refusal, Unavailable

# A partner that is away comes back; what fails for this long is for people to look at.
ATTEMPTS_MAX = 20
_WAIT_SECONDS_MAX = 600


async def run_task(desk: Desk, task: Task) -> None:
    """Does a leased task, as far as its lease is still its own, and keeps what came of it.

    May be repeated from the beginning after a kill at any place.
    """
    try:
        await _draft_and_issue(desk, task)
    except PeriodInvoiced:
        await _finish(desk, task, Outcome(TaskState.SKIPPED, (PeriodInvoiced.reason,)))
    except PriceMissing as refusal:
        await _finish(desk, task, Outcome(TaskState.PARKED, (refusal.reason,), str(refusal)))
    except (Unavailable, Aborted, PeriodOpen, DraftOutdated) as refusal:
        await _put_off(desk, task, refusal)
    except Refusal as refusal:
        await _finish(desk, task, Outcome(TaskState.FAILED, (refusal.reason,), str(refusal)))


async def _draft_and_issue(desk: Desk, task: Task) -> None:
    tenant_id, month = task.tenant_id, task.run.month
    async with desk.db.operator_read() as store:
        if await store.invoices.find(tenant_id, month) is not None:
            raise PeriodInvoiced("An invoice has been issued for this month.", month=month)
        kept = await store.draft_invoices.find(tenant_id, month)
    # What somebody has looked at and released is sent as it was seen.
    is_released = kept is not None and kept.state is DraftState.RELEASED
    draft = kept if kept and is_released else await compute_draft(desk, tenant_id, month)
    trade = await trade_of(desk, tenant_id)
    async with desk.db.operator_transaction() as store:
        outcome = await _settle(store, task, draft, is_new=not is_released)
        if outcome is None:
            await send_draft(store, month, trade)
            outcome = Outcome(TaskState.ISSUED)
        await _keep(store, task, outcome)


async def _settle(
    store: BillingStore, task: Task, draft: DraftInvoice, is_new: bool
) -> Outcome | None:
    """Keeps the draft if it was made just now; gives None if it is to be sent."""
    if is_new:
        draft = await keep_draft(store, draft)
    else:
        await store.lock_account(draft.tenant_id)
    if draft.state is DraftState.PARKED:
        reasons = tuple(dict.fromkeys(str(each.reason) for each in draft.parked))
        return Outcome(TaskState.PARKED, reasons, draft.parked[0].message)
    return None if task.run.is_issuing else Outcome(TaskState.DRAFTED)


async def _finish(desk: Desk, task: Task, outcome: Outcome) -> None:
    async with desk.db.operator_transaction() as store:
        await _keep(store, task, outcome)


async def _keep(store: BillingStore, task: Task, outcome: Outcome) -> None:
    if not await store.invoice_runs.finish(task, outcome, store.scope.time):
        # Undoes the rest: whoever has the lease now does it all again.
        raise Aborted("The lease of the task has ended.")


async def _put_off(desk: Desk, task: Task, refusal: Refusal) -> None:
    if task.attempts >= ATTEMPTS_MAX:
        await _finish(desk, task, Outcome(TaskState.FAILED, (refusal.reason,), str(refusal)))
        return
    async with desk.db.operator_transaction() as store:
        until = store.scope.time + _wait(task.attempts)
        await store.invoice_runs.put_off(task, str(refusal), until, store.scope.time)


def _wait(attempts: int) -> timedelta:
    return timedelta(seconds=min(2.0 ** min(attempts, 30), _WAIT_SECONDS_MAX))


def lease_end(now: datetime) -> datetime:
    """Gives until when a task that is begun now is nobody else's."""
    return now + timedelta(seconds=120)
