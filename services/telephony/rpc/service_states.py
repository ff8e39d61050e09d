"""ServiceStateService: what a tenant may do while something is owed or wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.audit import facts_of_message
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.telephony.domain.provisioning.blocking import State
from services.telephony.domain.wish import Source, Wish
from services.telephony.partners.directory import Directory
from services.telephony.rpc import wire_provisioning as wire
from services.telephony.rpc.names import ServiceStateName
from services.telephony.store import TelephonyStore
from services.telephony.usecases.want_service_state import want_service_state
from veneer.telephony.v1 import service_state_service_pb2 as pb
from veneer.telephony.v1 import service_state_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_REASON_LENGTH_MAX = 300


class ServiceStateService(rpc.ServiceStateServiceServicer):
    """veneer.telephony.v1.ServiceStateService; sets `wake` when a state is to be applied."""

    def __init__(
        self, db: Database[TelephonyStore], directory: Directory, wake: asyncio.Event
    ) -> None:
        self._db, self._directory, self._wake = db, directory, wake

    async def GetServiceState(
        self, request: pb.GetServiceStateRequest, context: Context
    ) -> pb.ServiceState:
        tenant_id = ServiceStateName.parse(request.name).tenant
        await self._directory.get(tenant_id)
        async with self._db.operator_read() as store:
            return wire.service_state(await store.service_states.get(tenant_id))

    async def SetServiceState(
        self, request: pb.SetServiceStateRequest, context: Context
    ) -> pb.ServiceState:
        tenant_id = ServiceStateName.parse(request.name).tenant
        if len(request.reason) > _REASON_LENGTH_MAX:
            raise InvalidRequest.at("reason", f"Must be at most {_REASON_LENGTH_MAX} characters.")
        await self._directory.get(tenant_id)
        state = State(pb.ServiceState.State.Name(request.state))
        async with self._db.operator_transaction() as store:
            key = (tenant_id, "SetServiceState", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.ServiceState.FromString(answered)
            wish = Wish(Source.OPERATOR, state, request.reason, request.keep_inbound)
            asked = await want_service_state(store, tenant_id, wish)
            answer = wire.service_state(asked)
            await store.changes.note_of_operator(
                "serviceStates.set", answer.name, after=facts_of_message(answer)
            )
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer
