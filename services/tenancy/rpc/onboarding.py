"""OnboardingService: clients come in by runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.tenancy.domain.agreement import Signature, Way
from services.tenancy.domain.onboarding import Run, cancelled, retried
from services.tenancy.partners.prices import Prices
from services.tenancy.rpc import wire_onboarding as wire
from services.tenancy.rpc.names import OnboardingRunName
from services.tenancy.rpc.pictures import draw_pictures
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.agreements.showing import offer_to
from services.tenancy.usecases.create_tenant import operator_of
from services.tenancy.usecases.onboarding.starting import (
    change_run,
    record_signature,
    start_onboarding,
)
from veneer.tenancy.v1 import onboarding_service_pb2 as pb
from veneer.tenancy.v1 import onboarding_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "StartOnboarding"
_REASON_LENGTH_MAX = 300


class OnboardingService(rpc.OnboardingServiceServicer):
    """veneer.tenancy.v1.OnboardingService; sets `wake` when there is something to do."""

    def __init__(self, db: Database[TenancyStore], prices: Prices, wake: asyncio.Event) -> None:
        self._db, self._prices, self._wake = db, prices, wake

    async def StartOnboarding(
        self, request: pb.StartOnboardingRequest, context: Context
    ) -> pb.OnboardingRun:
        await draw_pictures(request.tenant.brand, "tenant.brand")
        seller_id = (await operator_of(self._db)).tenant_id
        client = await wire.client_from(request, seller_id, self._db.clock.now())
        await self._prices.check(client.setup.plan_version)
        async with self._db.operator_transaction() as store:
            key = (seller_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.OnboardingRun.FromString(answered)
            answer = wire.run(await start_onboarding(store, client))
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer

    async def GetOnboardingRun(
        self, request: pb.GetOnboardingRunRequest, context: Context
    ) -> pb.OnboardingRun:
        async with self._db.operator_read() as store:
            return wire.run(await store.onboarding_runs.get(_run_id(request.name)))

    async def ListOnboardingRuns(
        self, request: pb.ListOnboardingRunsRequest, context: Context
    ) -> pb.ListOnboardingRunsResponse:
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.operator_read() as store:
            page = await store.onboarding_runs.list_before(before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.run_id)
        return pb.ListOnboardingRunsResponse(
            onboarding_runs=map(wire.run, page[:size]), next_page_token=token
        )

    async def RecordSignature(
        self, request: pb.RecordSignatureRequest, context: Context
    ) -> pb.OnboardingRun:
        run_id = _run_id(request.name)
        async with self._db.operator_read() as store:
            tenant_id = (await store.onboarding_runs.get(run_id)).tenant_id
        signature = Signature(Way.PAPER, request.signer_name.strip(), request.note.strip())
        offer = await offer_to(self._db, self._prices, tenant_id)
        async with self._db.operator_transaction() as store:
            run = await record_signature(store, run_id, offer, signature)
        self._wake.set()
        return wire.run(run)

    async def RetryOnboardingRun(
        self, request: pb.RetryOnboardingRunRequest, context: Context
    ) -> pb.OnboardingRun:
        now, routes = self._db.clock.now(), tuple(request.routes)
        return await self._change(
            request.name, "onboardingRuns.retry", lambda run: retried(run, routes, now)
        )

    async def CancelOnboardingRun(
        self, request: pb.CancelOnboardingRunRequest, context: Context
    ) -> pb.OnboardingRun:
        now, reason = self._db.clock.now(), request.reason.strip()
        if not 1 <= len(reason) <= _REASON_LENGTH_MAX:
            raise InvalidRequest.at("reason", "Must have 1 to 300 characters.")
        return await self._change(
            request.name, "onboardingRuns.cancel", lambda run: cancelled(run, reason, now)
        )

    async def _change(
        self, name: str, action: str, change: Callable[[Run], Run]
    ) -> pb.OnboardingRun:
        run_id = _run_id(name)
        async with self._db.operator_transaction() as store:
            run = await change_run(store, run_id, action, change)
        self._wake.set()
        return wire.run(run)


def _run_id(name: str) -> str:
    return OnboardingRunName.parse(name).onboarding_run
