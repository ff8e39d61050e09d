"""CancellationService: how a client ends its own service."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain.lifecycle import Wanted
from services.tenancy.domain.lifecycle_run import RunKind
from services.tenancy.domain.tenant import has_ended
from services.tenancy.rpc.names import CancellationName
from services.tenancy.rpc.wire import timestamp
from services.tenancy.rpc.wire_lifecycle import day_of
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.lifecycle.starting import start_lifecycle
from veneer.tenancy.v1 import cancellation_service_pb2 as pb
from veneer.tenancy.v1 import cancellation_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_Change = pb.RequestCancellationRequest | pb.WithdrawCancellationRequest


class CancellationService(rpc.CancellationServiceServicer):
    """veneer.tenancy.v1.CancellationService; sets `wake` when there is something to do."""

    def __init__(self, db: Database[TenancyStore], wake: asyncio.Event) -> None:
        self._db, self._wake = db, wake

    async def GetCancellation(
        self, request: pb.GetCancellationRequest, context: Context
    ) -> pb.Cancellation:
        tenant_id = _tenant_id(request.name)
        async with self._db.operator_read() as store:
            return await _cancellation(store, tenant_id)

    async def RequestCancellation(
        self, request: pb.RequestCancellationRequest, context: Context
    ) -> pb.Cancellation:
        last_day = day_of(request.last_day)
        tenant_id = _tenant_id(request.name)
        return await self._change(
            request,
            Wanted(tenant_id, RunKind.TERMINATE, request.reason, last_day, is_by_client=True),
        )

    async def WithdrawCancellation(
        self, request: pb.WithdrawCancellationRequest, context: Context
    ) -> pb.Cancellation:
        tenant_id = _tenant_id(request.name)
        reason = "Taken back by the client."
        return await self._change(
            request, Wanted(tenant_id, RunKind.WITHDRAW, reason, is_by_client=True)
        )

    async def _change(self, request: _Change, wanted: Wanted) -> pb.Cancellation:
        # In the operator's role, because the run is noted in the operator's log too.
        async with self._db.operator_transaction() as store:
            key = (wanted.tenant_id, f"cancellation/{wanted.kind}", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Cancellation.FromString(answered)
            await start_lifecycle(store, wanted)
            answer = await _cancellation(store, wanted.tenant_id)
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer


async def _cancellation(store: TenancyStore, tenant_id: str) -> pb.Cancellation:
    name = str(CancellationName(tenant_id))
    tenant = await store.tenants.find(tenant_id)
    if tenant is None:
        raise NotFound(resource=name)
    if has_ended(tenant) and tenant.service_end_time is not None:
        end = timestamp(tenant.service_end_time)
        return pb.Cancellation(name=name, state=pb.Cancellation.ENDED, service_end_time=end)
    ending = await store.lifecycle_runs.find_ending(tenant_id)
    if ending is None or ending.service_end_time is None:
        return pb.Cancellation(name=name, state=pb.Cancellation.NONE)
    end = timestamp(ending.service_end_time)
    return pb.Cancellation(
        name=name,
        state=pb.Cancellation.CANCELLED,
        service_end_time=end,
        is_withdrawable=ending.is_by_client and ending.is_withdrawable,
    )


def _tenant_id(name: str) -> str:
    return possible_tenant_id(CancellationName.parse(name).tenant, name)
