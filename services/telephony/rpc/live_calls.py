"""LiveCallService: the calls that are up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.rpc.wire import timestamp
from services.telephony.store import TelephonyStore
from services.telephony.usecases.list_live_calls import CallState, LiveCall, list_live_calls
from veneer.telephony.v1 import live_call_service_pb2 as pb
from veneer.telephony.v1 import live_call_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class LiveCallService(rpc.LiveCallServiceServicer):
    """veneer.telephony.v1.LiveCallService."""

    def __init__(self, db: Database[TelephonyStore], live: LiveTables | None) -> None:
        self._db, self._live = db, live

    async def ListLiveCalls(
        self, request: pb.ListLiveCallsRequest, context: Context
    ) -> pb.ListLiveCallsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = cursor_of(request) or "0"
        if not cursor.isdecimal():
            raise InvalidPageToken
        calls = await list_live_calls(self._db, self._live, tenant_id)
        rest = [call for call in calls if call.number > int(cursor)]
        page, token = cut(request, rest[: size + 1], size, lambda call: str(call.number))
        states = [call.state for call in calls]
        return pb.ListLiveCallsResponse(
            live_calls=map(_call, page),
            next_page_token=token,
            total_size=len(calls),
            queued_count=states.count(CallState.QUEUED),
            connected_count=states.count(CallState.CONNECTED),
        )


def _call(call: LiveCall) -> pb.LiveCall:
    return pb.LiveCall(
        state=pb.LiveCall.State.Value(call.state.value),
        origin=pb.LiveCall.INBOUND if call.is_inbound else pb.LiveCall.OUTBOUND,
        phone_number=call.phone_number,
        campaign=call.campaign,
        start_time=timestamp(call.start_time) if call.start_time else None,
    )
