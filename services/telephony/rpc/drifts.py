"""DriftService: where the dialer is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.audit import facts_of_message
from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.telephony.domain.provisioning.drift import Drift
from services.telephony.rpc.wire import timestamp
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.drifting import DriftWatch
from services.telephony.usecases.provisioning.leasing import working_at
from veneer.telephony.v1 import drift_service_pb2 as pb
from veneer.telephony.v1 import drift_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class DriftService(rpc.DriftServiceServicer):
    """veneer.telephony.v1.DriftService; `watch` is None where no dialer can be written to."""

    def __init__(self, db: Database[TelephonyStore], watch: DriftWatch | None) -> None:
        self._db, self._watch = db, watch

    async def ListDrifts(
        self, request: pb.ListDriftsRequest, context: Context
    ) -> pb.ListDriftsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request) or ["", "", ""]
        if len(cursor) != 3:
            raise InvalidPageToken
        async with self._db.operator_read() as store:
            page = await store.drifts.list_after(
                tenant_id, (cursor[0], cursor[1], cursor[2]), size + 1
            )
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode(request, [last.kind.value, last.object_id, last.field])
        return pb.ListDriftsResponse(drifts=map(_drift, page[:size]), next_page_token=token)

    async def RepairDrifts(
        self, request: pb.RepairDriftsRequest, context: Context
    ) -> pb.RepairDriftsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        # Not remembered: to repair again is harmless, and tells what is wrong now.
        answer = await self._repaired(tenant_id)
        async with self._db.operator_transaction() as store:
            await store.changes.note_of_operator(
                "drifts.repair", request.parent, after=facts_of_message(answer, ("repaired_count",))
            )
        return answer

    async def _repaired(self, tenant_id: str) -> pb.RepairDriftsResponse:
        if self._watch is None:
            raise Unavailable
        async with working_at(self._db, tenant_id):
            repaired = await self._watch.repair(tenant_id, await self._watch.look(tenant_id))
            left = await self._watch.look(tenant_id)
        async with self._db.operator_read() as store:
            noted = await store.drifts.list_after(tenant_id, ("", "", ""), len(left))
        return pb.RepairDriftsResponse(drifts=map(_drift, noted), repaired_count=repaired)


def _drift(found: Drift) -> pb.Drift:
    message = pb.Drift(
        name=f"tenants/{found.tenant_id}/drifts/{found.drift_id}",
        kind=found.kind.value,
        object_id=found.object_id,
        field=found.field,
        expected=found.expected,
        actual=found.actual,
    )
    if found.find_time is not None:
        message.find_time.CopyFrom(timestamp(found.find_time))
    if found.seen_time is not None:
        message.seen_time.CopyFrom(timestamp(found.seen_time))
    return message
