"""LifecycleService: what becomes of clients that are in."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import TenantName
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.tenancy.domain.lifecycle import Wanted
from services.tenancy.domain.lifecycle_run import RunKind
from services.tenancy.rpc import wire_lifecycle as wire
from services.tenancy.rpc.names import LifecycleRunName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.lifecycle.starting import retry_lifecycle, start_lifecycle
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb
from veneer.tenancy.v1 import lifecycle_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_Start = (
    pb.SuspendTenantRequest
    | pb.ResumeTenantRequest
    | pb.TerminateTenantRequest
    | pb.WithdrawTerminationRequest
)


class LifecycleService(rpc.LifecycleServiceServicer):
    """veneer.tenancy.v1.LifecycleService; sets `wake` when there is something to do."""

    def __init__(self, db: Database[TenancyStore], wake: asyncio.Event) -> None:
        self._db, self._wake = db, wake

    async def SuspendTenant(
        self, request: pb.SuspendTenantRequest, context: Context
    ) -> pb.LifecycleRun:
        return await self._start(request, RunKind.SUSPEND)

    async def ResumeTenant(
        self, request: pb.ResumeTenantRequest, context: Context
    ) -> pb.LifecycleRun:
        return await self._start(request, RunKind.RESUME)

    async def TerminateTenant(
        self, request: pb.TerminateTenantRequest, context: Context
    ) -> pb.LifecycleRun:
        last_day = wire.day_of(request.last_day) if request.HasField("last_day") else None
        return await self._start(request, RunKind.TERMINATE, last_day)

    async def WithdrawTermination(
        self, request: pb.WithdrawTerminationRequest, context: Context
    ) -> pb.LifecycleRun:
        return await self._start(request, RunKind.WITHDRAW)

    async def GetLifecycleRun(
        self, request: pb.GetLifecycleRunRequest, context: Context
    ) -> pb.LifecycleRun:
        name = LifecycleRunName.parse(request.name)
        async with self._db.operator_read() as store:
            return wire.run(await store.lifecycle_runs.get(name.tenant, name.lifecycle_run))

    async def ListLifecycleRuns(
        self, request: pb.ListLifecycleRunsRequest, context: Context
    ) -> pb.ListLifecycleRunsResponse:
        tenant_id = TenantName.parse(request.parent, "parent").tenant
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.operator_read() as store:
            page = await store.lifecycle_runs.list_before(tenant_id, before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.run_id)
        return pb.ListLifecycleRunsResponse(
            lifecycle_runs=map(wire.run, page[:size]), next_page_token=token
        )

    async def RetryLifecycleRun(
        self, request: pb.RetryLifecycleRunRequest, context: Context
    ) -> pb.LifecycleRun:
        name = LifecycleRunName.parse(request.name)
        async with self._db.operator_transaction() as store:
            run = await retry_lifecycle(store, name.tenant, name.lifecycle_run)
        self._wake.set()
        return wire.run(run)

    async def _start(
        self, request: _Start, kind: RunKind, last_day: date | None = None
    ) -> pb.LifecycleRun:
        tenant_id = TenantName.parse(request.name).tenant
        wanted = Wanted(tenant_id, kind, request.reason, last_day)
        async with self._db.operator_transaction() as store:
            key = (tenant_id, kind.value, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.LifecycleRun.FromString(answered)
            run = await start_lifecycle(store, wanted)
            answer = wire.run(run)
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer
