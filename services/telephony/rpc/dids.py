"""DidService: the numbers that clients hold."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.domain.did import new_did
from services.telephony.domain.quota import check_quota
from services.telephony.partners.directory import Directory
from services.telephony.rpc import wire
from services.telephony.store import TelephonyStore
from services.telephony.usecases.route_did import ROUTE_DID
from veneer.telephony.v1 import did_service_pb2 as pb
from veneer.telephony.v1 import did_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class DidService(rpc.DidServiceServicer):
    """veneer.telephony.v1.DidService; sets `wake` when there are days to meter."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        clock: Clock,
        directory: Directory,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._clock, self._directory, self._wake = db, clock, directory, wake

    async def ListDids(self, request: pb.ListDidsRequest, context: Context) -> pb.ListDidsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        if cursor is not None and len(cursor) != 1:
            raise InvalidPageToken
        async with self._db.read(tenant_id) as store:
            page = await store.dids.list_after(tenant_id, cursor[0] if cursor else "", size + 1)
        token = page_token.encode(request, [page[size - 1].did_id]) if len(page) > size else ""
        return pb.ListDidsResponse(
            dids=[wire.did(did) for did in page[:size]], next_page_token=token
        )

    async def CreateDid(self, request: pb.CreateDidRequest, context: Context) -> pb.Did:
        tenant_id = tenant_id_of(request.parent, "parent")
        start_date = wire.day(request.did.start_date, "did.start_date")
        did = new_did(tenant_id, request.did.phone_number, start_date, self._clock.now())
        limits = (await self._directory.get(tenant_id)).limits
        async with self._db.transaction(tenant_id) as store:
            key = (tenant_id, "CreateDid", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Did.FromString(answered)
            await store.quotas.hold(tenant_id)
            check_quota("dids", limits.max_dids, await store.dids.count_held(tenant_id))
            await store.dids.add(did)
            number = did.phone_number.removeprefix("+")
            await store.outbox.add(ROUTE_DID, {"tenant_id": tenant_id, "number": number})
            answer = wire.did(did)
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer
