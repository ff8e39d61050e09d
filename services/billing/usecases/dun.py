"""Takes the steps that overdue invoices have come to, and takes them back when they are paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.message import Message

from services.billing.domain.dunning import Action, DunningCase, DunningPolicy
from services.billing.domain.month import Month
from services.billing.partners.notices import Letter
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.account_letters import add_letter
from services.billing.usecases.once import Once
from services.kit.errors import NotFound

M = TypeVar("M", bound=Message)

_PAGE_CASES = 500
_STATES = {
    Action.NO_NEW_CAMPAIGNS: "no new campaigns",
    Action.BLOCK_OUTBOUND: "outbound calls are stopped",
    Action.SUSPEND: "suspended",
}


@dataclass(frozen=True, slots=True)
class _Owed:
    """The invoice that is unpaid for longest, and when its seller wants it to be paid."""

    invoice_id: str
    zone: ZoneInfo
    policy: DunningPolicy
    due_date: date


async def dun_everybody(desk: Desk) -> int:
    """Brings every case to where it belongs now. Returns how many were moved."""
    async with desk.db.operator_read() as store:
        concerned = {unpaid.tenant_id for unpaid in await store.dunning.unpaid()}
        after = ""
        while page := await store.dunning.open_after(after, _PAGE_CASES):
            concerned |= {case.tenant_id for case in page}
            after = page[-1].tenant_id
    moved = 0
    for tenant_id in sorted(concerned):
        moved += await dun(desk, tenant_id)
    return moved


async def dun(desk: Desk, tenant_id: str) -> bool:
    """Brings one client's case to where it belongs now; tells whether it was moved.

    A step is told to the client with the change, so it is told once.
    """
    async with desk.db.operator_transaction() as store:
        await store.lock_account(tenant_id)
        case = await store.dunning.case_of(tenant_id)
        owed = await _owed(store, tenant_id)
        wanted = _wanted(case, owed, store.scope.time)
        if wanted == case:
            return False
        await store.dunning.set_case(wanted)
        if owed and wanted.action is not None and wanted.action is not case.action:
            await _tell(store, wanted, owed)
        elif case.gate(date.max).reason and wanted.action is None:
            await add_letter(store, _state_letter(store, tenant_id, "active"))
    return True


async def hold_case(desk: Desk, hold: tuple[str, date, str], once: Once[DunningCase, M]) -> M:
    """Holds a client's case until a day, for a reason; refuses with RESOURCE_NOT_FOUND."""
    tenant_id, until, reason = hold
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        case = await store.dunning.case_of(tenant_id)
        if case.action is None:
            raise NotFound(resource=f"tenants/{tenant_id}/dunningCase")
        held = replace(case, held_until=until)
        await store.dunning.set_case(held, reason)
        return await once.keep(store, held)


async def _owed(store: BillingStore, tenant_id: str) -> _Owed | None:
    found = await store.dunning.unpaid(tenant_id)
    if not found:
        return None
    policy = await store.dunning.policy_of(found[0].seller_id)
    zone = ZoneInfo(found[0].time_zone)
    due_date = policy.due_date(found[0].due_since.astimezone(zone).date())
    return _Owed(found[0].invoice_id, zone, policy, due_date)


def _wanted(case: DunningCase, owed: _Owed | None, now: datetime) -> DunningCase:
    nowhere = replace(case, action=None, invoice_id="", held_until=None)
    if owed is None:
        return nowhere
    today = now.astimezone(owed.zone).date()
    if case.held_until is not None and today < case.held_until and case.action is not None:
        return case
    step = owed.policy.step(owed.due_date, today)
    if step is None:
        return nowhere
    return replace(nowhere, action=step.action, invoice_id=owed.invoice_id)


async def _tell(store: BillingStore, case: DunningCase, owed: _Owed) -> None:
    assert case.action is not None, "nothing is done"
    month = Month.parse(owed.invoice_id, "invoice")
    invoice = await store.invoices.find(case.tenant_id, month)
    left = await store.ledger.left_to_pay(case.tenant_id, [owed.invoice_id])
    assert invoice is not None, "an invoice is due that was never sent"
    due_date = owed.due_date
    values = {
        "number": invoice.number,
        "due": str(left[owed.invoice_id]),
        "due_date": f"{due_date:%B} {due_date.day}, {due_date.year}",
    }
    # An invoice that is due again is told of again.
    notice_id = f"reminder.{owed.invoice_id}.{case.action.value.lower()}.{due_date}"
    await add_letter(store, Letter(case.tenant_id, notice_id, "PAYMENT_REMINDER", values))
    if case.action in _STATES:
        await add_letter(store, _state_letter(store, case.tenant_id, _STATES[case.action]))


def _state_letter(store: BillingStore, tenant_id: str, state: str) -> Letter:
    at = store.scope.time
    return Letter(
        tenant_id=tenant_id,
        notice_id=f"service-state.{at:%Y%m%dT%H%M%S}",
        kind="SERVICE_STATE",
        values={"state": state, "since": f"{at:%B} {at.day}, {at:%H:%M} UTC"},
    )
