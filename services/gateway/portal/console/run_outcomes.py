"""The clients of a run that somebody has to look at, and what can be done with each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.gateway.portal.visit import Visit
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts_pb
from veneer.billing.v1 import invoice_run_service_pb2 as pb

if TYPE_CHECKING:
    from google.type.money_pb2 import Money

    from veneer.billing.v1.draft_invoice_service_pb2 import DraftInvoice
    from veneer.billing.v1.invoice_run_service_pb2 import InvoiceRun, InvoiceRunOutcome

_READ = 50
_DRAFTS_READ = 24
_OUTCOME = pb.InvoiceRunOutcome
# Those that need somebody stand first.
_STATES = (
    (_OUTCOME.PARKED, "parked", "bad"),
    (_OUTCOME.FAILED, "failed", "bad"),
    (_OUTCOME.DRAFTED, "drafted", ""),
)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One client's month in a run, as it stands by now; `draft` is empty if there is none."""

    outcome: InvoiceRunOutcome
    tenant_id: str
    state: str
    tone: str
    draft: str
    total: Money | None
    messages: list[str]
    is_releasable: bool
    is_sendable: bool


async def outcome_rows(visit: Visit, run: InvoiceRun) -> list[OutcomeRow]:
    """Gives the clients whose month is not through, with their drafts as they are now.

    What was given up has gone wrong before its draft could tell anything.
    """
    listed = await asyncio.gather(*(_outcomes(visit, run.name, state) for state, _, _ in _STATES))
    outcomes = [each for some in listed for each in some]
    drafts = await asyncio.gather(*(_draft(visit, each, run.month) for each in outcomes))
    return [_row(outcome, draft) for outcome, draft in zip(outcomes, drafts, strict=True)]


async def _outcomes(
    visit: Visit, run: str, state: pb.InvoiceRunOutcome.State.ValueType
) -> list[InvoiceRunOutcome]:
    request = pb.ListInvoiceRunOutcomesRequest(parent=run, page_size=_READ, state=state)
    stub = visit.services.invoice_runs
    answer = await stub.ListInvoiceRunOutcomes(request, metadata=visit.metadata)
    return list(answer.outcomes)


async def _draft(visit: Visit, outcome: InvoiceRunOutcome, month: str) -> DraftInvoice | None:
    if outcome.state == _OUTCOME.FAILED:
        return None
    tenant = outcome.tenant
    request = drafts_pb.ListDraftInvoicesRequest(parent=tenant, page_size=_DRAFTS_READ)
    answer = await visit.services.drafts.ListDraftInvoices(request, metadata=visit.metadata)
    name = f"{tenant}/draftInvoices/{month}"
    return next((each for each in answer.draft_invoices if each.name == name), None)


def _row(outcome: InvoiceRunOutcome, draft: DraftInvoice | None) -> OutcomeRow:
    state, tone = next((word, tone) for known, word, tone in _STATES if known == outcome.state)
    parked = drafts_pb.DraftInvoice.PARKED
    messages = [each.message for each in draft.park_reasons] if draft else []
    if draft and draft.state == drafts_pb.DraftInvoice.RELEASED:
        state, tone = "released", "good"
    elif draft is None and outcome.state == _OUTCOME.DRAFTED:
        state, tone = "sent since", "good"
    return OutcomeRow(
        outcome=outcome,
        tenant_id=outcome.tenant.removeprefix("tenants/"),
        state=state,
        tone=tone,
        draft=draft.name if draft else "",
        total=draft.total if draft else None,
        messages=messages or [text for text in [outcome.message] if text],
        is_releasable=draft is not None and draft.state == parked,
        is_sendable=draft is not None and draft.state != parked,
    )
