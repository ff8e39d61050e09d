"""ProvisioningService: tenants come into the dialer, and leave it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.audit import facts_of_message
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.run import Run
from services.telephony.partners.directory import Directory
from services.telephony.rpc import wire_provisioning as wire
from services.telephony.rpc.names import ProvisioningRunName
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.running import retry_run, start_run, undo_run
from veneer.telephony.v1 import provisioning_service_pb2 as pb
from veneer.telephony.v1 import provisioning_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


_ACTIONS = {
    "CreateProvisioningRun": "provisioningRuns.create",
    "RetryProvisioningRun": "provisioningRuns.retry",
    "UndoProvisioningRun": "provisioningRuns.undo",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What the service needs beside its store: who is who, where phones register by default."""

    directory: Directory
    default_host: str
    wake: asyncio.Event


class ProvisioningService(rpc.ProvisioningServiceServicer):
    """veneer.telephony.v1.ProvisioningService; sets `wake` when there is something to do."""

    def __init__(self, db: Database[TelephonyStore], clock: Clock, around: Around) -> None:
        self._db, self._clock, self._around = db, clock, around

    async def CreateProvisioningRun(
        self, request: pb.CreateProvisioningRunRequest, context: Context
    ) -> pb.ProvisioningRun:
        tenant_id = tenant_id_of(request.parent, "parent")
        setup = wire.setup_from(request.provisioning_run, self._around.default_host)
        await self._around.directory.get(tenant_id)
        run_id = uuid.uuid4().hex[:12]
        return await self._once(
            tenant_id,
            "CreateProvisioningRun",
            request,
            lambda store: start_run(store, tenant_id, run_id, setup, self._clock.now()),
        )

    async def GetProvisioningRun(
        self, request: pb.GetProvisioningRunRequest, context: Context
    ) -> pb.ProvisioningRun:
        name = ProvisioningRunName.parse(request.name)
        async with self._db.operator_read() as store:
            run = await store.provisioning_runs.get(name.tenant, name.provisioning_run)
            return wire.run(run, await _code(store, name.tenant))

    async def ListProvisioningRuns(
        self, request: pb.ListProvisioningRunsRequest, context: Context
    ) -> pb.ListProvisioningRunsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.operator_read() as store:
            page = await store.provisioning_runs.list_before(tenant_id, before, size + 1)
            code = await _code(store, tenant_id)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.run_id)
        return pb.ListProvisioningRunsResponse(
            provisioning_runs=[wire.run(run, code) for run in page[:size]], next_page_token=token
        )

    async def RetryProvisioningRun(
        self, request: pb.RetryProvisioningRunRequest, context: Context
    ) -> pb.ProvisioningRun:
        name = ProvisioningRunName.parse(request.name)
        return await self._once(
            name.tenant,
            "RetryProvisioningRun",
            request,
            lambda store: retry_run(store, name.tenant, name.provisioning_run, self._clock.now()),
        )

    async def UndoProvisioningRun(
        self, request: pb.UndoProvisioningRunRequest, context: Context
    ) -> pb.ProvisioningRun:
        name = ProvisioningRunName.parse(request.name)
        return await self._once(
            name.tenant,
            "UndoProvisioningRun",
            request,
            lambda store: undo_run(store, name.tenant, name.provisioning_run, self._clock.now()),
        )

    async def _once(
        self,
        tenant_id: str,
        method: str,
        request: Any,
        change: Callable[[TelephonyStore], Awaitable[Run]],
    ) -> pb.ProvisioningRun:
        async with self._db.operator_transaction() as store:
            key = (tenant_id, method, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.ProvisioningRun.FromString(answered)
            answer = wire.run(await change(store), await _code(store, tenant_id))
            await store.changes.note_of_operator(
                _ACTIONS[method], answer.name, after=facts_of_message(answer, ("state",))
            )
            await store.requests.remember(*key, answer.SerializeToString())
        self._around.wake.set()
        return answer


async def _code(store: TelephonyStore, tenant_id: str) -> str:
    code = await store.dialer_tenants.find(tenant_id)
    return code.text if code else ""
