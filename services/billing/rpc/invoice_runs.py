"""InvoiceRunService: invoices of all tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration

from services.billing.domain.invoice_run import (
    GRACE,
    Mode,
    RunPolicy,
    RunProgress,
    Task,
    TaskState,
    checked_grace,
)
from services.billing.domain.month import Month
from services.billing.rpc import pages
from services.billing.rpc.names import InvoiceRunName
from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.create_invoice_run import WantedRun, create_invoice_run
from services.billing.usecases.once import Once
from services.billing.usecases.set_run_policy import set_run_policy
from services.kit.aip import page_token
from services.kit.errors import NotFound
from services.kit.rpc.principal import current_principal
from veneer.billing.v1 import invoice_run_service_pb2 as pb
from veneer.billing.v1 import invoice_run_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# Runs belong to no tenant, and so do the requests that make them.
_NO_TENANT = ""


class InvoiceRunService(rpc.InvoiceRunServiceServicer):
    """veneer.billing.v1.InvoiceRunService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CreateInvoiceRun(
        self, request: pb.CreateInvoiceRunRequest, context: Context
    ) -> pb.InvoiceRun:
        month = Month.parse(request.invoice_run.month, "invoice_run.month")
        wanted = WantedRun(month, request.invoice_run.is_issuing)
        once = Once(_NO_TENANT, request, _run, pb.InvoiceRun, "invoiceRuns.create")
        return await create_invoice_run(self._desk, wanted, once)

    async def GetInvoiceRun(
        self, request: pb.GetInvoiceRunRequest, context: Context
    ) -> pb.InvoiceRun:
        return _run(await self._find(request.name))

    async def ListInvoiceRuns(
        self, request: pb.ListInvoiceRunsRequest, context: Context
    ) -> pb.ListInvoiceRunsResponse:
        size = page_token.page_size(request, 50, 200)
        before = page_token.decode_place(request)
        async with self._desk.db.operator_read() as store:
            found = await store.invoice_runs.list_before(before, size + 1)
        page, token = pages.cut_places(request, found, size, _place)
        return pb.ListInvoiceRunsResponse(invoice_runs=map(_run, page), next_page_token=token)

    async def ListInvoiceRunOutcomes(
        self, request: pb.ListInvoiceRunOutcomesRequest, context: Context
    ) -> pb.ListInvoiceRunOutcomesResponse:
        run = (await self._find(request.parent)).run
        size = page_token.page_size(request, 50, 1000)
        after = pages.text_cursor(request)
        state = TaskState(pb.InvoiceRunOutcome.State.Name(request.state)) if request.state else None
        async with self._desk.db.operator_read() as store:
            found = await store.invoice_runs.tasks(run.run_id, after, size + 1, state)
        page, token = pages.cut(request, found, size, lambda task: task.tenant_id)
        return pb.ListInvoiceRunOutcomesResponse(
            outcomes=map(_outcome, page), next_page_token=token
        )

    async def GetInvoiceRunPolicy(
        self, request: pb.GetInvoiceRunPolicyRequest, context: Context
    ) -> pb.InvoiceRunPolicy:
        async with self._desk.db.operator_read() as store:
            policy = await store.invoice_runs.policy()
        return _policy(policy) if policy else _no_policy()

    async def SetInvoiceRunPolicy(
        self, request: pb.SetInvoiceRunPolicyRequest, context: Context
    ) -> pb.InvoiceRunPolicy:
        wanted, principal = request.policy, current_principal()
        seconds = wanted.grace.seconds if wanted.HasField("grace") else GRACE.total_seconds()
        policy = RunPolicy(
            mode=Mode(pb.InvoiceRunPolicy.Mode.Name(wanted.mode)),
            grace=checked_grace(int(seconds), "policy.grace"),
            set_by=principal.subject if principal else "",
            set_time=self._desk.clock.now(),
        )
        once = Once(_NO_TENANT, request, _policy, pb.InvoiceRunPolicy, "invoiceRunPolicies.set")
        return await set_run_policy(self._desk, policy, once)

    async def _find(self, text: str) -> RunProgress:
        name = InvoiceRunName.parse(text)
        async with self._desk.db.operator_read() as store:
            found = await store.invoice_runs.find(name.invoice_run)
        if found is None:
            raise NotFound(resource=text)
        return found


def _run(progress: RunProgress) -> pb.InvoiceRun:
    run, counts = progress.run, progress.counts
    return pb.InvoiceRun(
        name=f"invoiceRuns/{run.run_id}",
        month=str(run.month),
        is_issuing=run.is_issuing,
        is_scheduled=run.is_scheduled,
        create_time=timestamp(run.create_time),
        counts=pb.InvoiceRun.Counts(**{state.lower(): count for state, count in counts.items()}),
        is_done=not counts.get(TaskState.PENDING),
    )


def _outcome(task: Task) -> pb.InvoiceRunOutcome:
    return pb.InvoiceRunOutcome(
        tenant=f"tenants/{task.tenant_id}",
        state=pb.InvoiceRunOutcome.State.Value(task.outcome.state),
        reasons=task.outcome.reasons,
        message=task.outcome.message,
        attempts=task.attempts,
        update_time=timestamp(task.update_time),
    )


def _policy(policy: RunPolicy) -> pb.InvoiceRunPolicy:
    return pb.InvoiceRunPolicy(
        mode=pb.InvoiceRunPolicy.Mode.Value(policy.mode),
        grace=Duration(seconds=int(policy.grace.total_seconds())),
        set_by=policy.set_by,
        set_time=timestamp(policy.set_time),
    )


def _no_policy() -> pb.InvoiceRunPolicy:
    seconds = int(GRACE.total_seconds())
    return pb.InvoiceRunPolicy(mode=pb.InvoiceRunPolicy.OFF, grace=Duration(seconds=seconds))


def _place(progress: RunProgress) -> page_token.Place:
    return progress.run.create_time, progress.run.run_id
