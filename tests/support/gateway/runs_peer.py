"""A scripted billing that runs over months, and takes invoices back."""

from __future__ import annotations

from typing import Any

from google.api.httpbody_pb2 import HttpBody

from services.kit.errors import NotFound
from tests.support.gateway.pdfs import a_pdf
from tests.support.gateway.purses import usd
from tests.support.gateway.world import World
from veneer.billing.v1 import credit_note_service_pb2 as notes_pb
from veneer.billing.v1 import credit_note_service_pb2_grpc as notes_rpc
from veneer.billing.v1 import invoice_run_service_pb2 as runs_pb
from veneer.billing.v1 import invoice_run_service_pb2_grpc as runs_rpc

NOTE_PDF = a_pdf("Credit note")
STATE = runs_pb.InvoiceRunOutcome


class InvoiceRuns(runs_rpc.InvoiceRunServiceServicer):
    """Each run parks one client, fails with another, and is through with forty."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def CreateInvoiceRun(self, request: Any, context: Any) -> Any:
        run = runs_pb.InvoiceRun()
        run.CopyFrom(request.invoice_run)
        run.name = f"invoiceRuns/r{len(self._world.runs) + 1}"
        run.is_done = True
        run.counts.issued, run.counts.parked, run.counts.failed = 40, 1, 1
        run.create_time.FromDatetime(self._world.clock.now())
        self._world.hear(f"CreateInvoiceRun {run.month} {run.is_issuing}")
        self._world.runs.insert(0, run)
        return run

    async def GetInvoiceRun(self, request: Any, context: Any) -> Any:
        found = [run for run in self._world.runs if run.name == request.name]
        if not found:
            raise NotFound(resource=request.name)
        return found[0]

    async def ListInvoiceRuns(self, request: Any, context: Any) -> Any:
        return runs_pb.ListInvoiceRunsResponse(invoice_runs=self._world.runs)

    async def ListInvoiceRunOutcomes(self, request: Any, context: Any) -> Any:
        parked = STATE(tenant="tenants/abc-solar", state=STATE.PARKED, reasons=["LOSS"], attempts=1)
        failed = STATE(
            tenant="tenants/meridian",
            state=STATE.FAILED,
            message="Usage did not answer.",
            attempts=5,
        )
        outcomes = [each for each in (parked, failed) if each.state == request.state]
        return runs_pb.ListInvoiceRunOutcomesResponse(outcomes=outcomes)

    async def GetInvoiceRunPolicy(self, request: Any, context: Any) -> Any:
        return self._world.run_policy or runs_pb.InvoiceRunPolicy(mode=runs_pb.InvoiceRunPolicy.OFF)

    async def SetInvoiceRunPolicy(self, request: Any, context: Any) -> Any:
        self._world.run_policy = request.policy
        request.policy.set_by = "dana@example.com"
        request.policy.set_time.FromDatetime(self._world.clock.now())
        return request.policy


class CreditNotes(notes_rpc.CreditNoteServiceServicer):
    """Keeps what was sent."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetCreditNote(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def ListCreditNotes(self, request: Any, context: Any) -> Any:
        notes = self._world.purse(request.parent).credit_notes
        return notes_pb.ListCreditNotesResponse(credit_notes=notes)

    async def DownloadCreditNote(self, request: Any, context: Any) -> Any:
        return HttpBody(content_type="application/pdf", data=NOTE_PDF)

    async def CreateCreditNote(self, request: Any, context: Any) -> Any:
        notes = self._world.purse(request.parent).credit_notes
        note = notes_pb.CreditNote()
        note.CopyFrom(request.credit_note)
        note.number = f"CN-2025-{len(notes) + 1:06}"
        note.name = f"{request.parent}/creditNotes/{note.number}"
        note.invoice_number = "2025-000017"
        note.total.CopyFrom(note.lines[0].amount if note.lines else usd(164_075))
        note.issue_time.FromDatetime(self._world.clock.now())
        notes.insert(0, note)
        return note


def run_services(world: World) -> list[Any]:
    """Gives what a scripted billing serves about runs and what is taken back."""
    return [
        (runs_rpc.add_InvoiceRunServiceServicer_to_server, InvoiceRuns(world)),
        (notes_rpc.add_CreditNoteServiceServicer_to_server, CreditNotes(world)),
    ]
