"""LegService: what could not be charged yet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.audit import facts_of_message
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.domain.open_leg import OpenLegState
from services.telephony.rpc import wire
from services.telephony.rpc.names import QuarantinedLineName
from services.telephony.store import TelephonyStore
from services.telephony.usecases.replay_line import replay_line
from services.telephony.usecases.take_chunk import Moment
from veneer.telephony.v1 import leg_service_pb2 as pb
from veneer.telephony.v1 import leg_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_SUMMARIES_MAX = 1000
_NUMBER_MAX = (1 << 63) - 1


class LegService(rpc.LegServiceServicer):
    """veneer.telephony.v1.LegService; sets `wake` when a replay has made a leg."""

    def __init__(self, db: Database[TelephonyStore], clock: Clock, wake: asyncio.Event) -> None:
        self._db, self._clock, self._wake = db, clock, wake

    async def ListUnassignedLegs(
        self, request: pb.ListUnassignedLegsRequest, context: Context
    ) -> pb.ListUnassignedLegsResponse:
        size = page_token.page_size(request, 50, 500)
        before = _leg_key(page_token.decode(request))
        async with self._db.operator_read() as store:
            page = await store.legs.unassigned(before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            key = [str(last.created_seconds), last.cluster, last.host, last.uniqueid]
            token = page_token.encode(request, key)
        return pb.ListUnassignedLegsResponse(
            unassigned_legs=[wire.unassigned_leg(leg) for leg in page[:size]],
            next_page_token=token,
        )

    async def SummarizeUnassignedLegs(
        self, request: pb.SummarizeUnassignedLegsRequest, context: Context
    ) -> pb.SummarizeUnassignedLegsResponse:
        async with self._db.operator_read() as store:
            summaries = await store.legs.summarize_unassigned(_SUMMARIES_MAX)
        return pb.SummarizeUnassignedLegsResponse(
            route_summaries=[wire.route_summary(summary) for summary in summaries]
        )

    async def ListOpenLegs(
        self, request: pb.ListOpenLegsRequest, context: Context
    ) -> pb.ListOpenLegsResponse:
        size = page_token.page_size(request, 50, 500)
        before = _leg_key(page_token.decode(request))
        state = OpenLegState(pb.OpenLeg.State.Name(request.state)) if request.state else None
        async with self._db.operator_read() as store:
            page = await store.open_legs.list_before(before, state, size + 1)
        token = ""
        if len(page) > size:
            leg = page[size - 1].leg
            where = [leg.journal.cluster, leg.journal.host, leg.answer.uniqueid]
            token = page_token.encode(request, [str(leg.answer.created_seconds), *where])
        return pb.ListOpenLegsResponse(
            open_legs=[wire.open_leg(listed) for listed in page[:size]], next_page_token=token
        )

    async def ListQuarantinedLines(
        self, request: pb.ListQuarantinedLinesRequest, context: Context
    ) -> pb.ListQuarantinedLinesResponse:
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        before = _number(cursor[0]) if cursor else _NUMBER_MAX
        async with self._db.operator_read() as store:
            page = await store.quarantine.list_before(before, size + 1)
        token = ""
        if len(page) > size:
            token = page_token.encode(request, [str(page[size - 1].line_number)])
        return pb.ListQuarantinedLinesResponse(
            quarantined_lines=[wire.quarantined_line(line) for line in page[:size]],
            next_page_token=token,
        )

    async def ReplayQuarantinedLine(
        self, request: pb.ReplayQuarantinedLineRequest, context: Context
    ) -> pb.QuarantinedLine:
        number = QuarantinedLineName.parse(request.name).number()
        async with self._db.operator_transaction() as store:
            key = ("", "ReplayQuarantinedLine", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.QuarantinedLine.FromString(answered)
            line = await replay_line(store, number, Moment(self._clock.now()))
            answer = wire.quarantined_line(line)
            # Without the line: there are numbers of people in it.
            await store.changes.note_of_operator(
                "quarantinedLines.replay",
                answer.name,
                after=facts_of_message(answer, ("state", "reason")),
            )
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer


def _leg_key(cursor: list[str] | None) -> tuple[int, str, str, str] | None:
    if cursor is None:
        return None
    if len(cursor) != 4:
        raise InvalidPageToken
    created, cluster, host, uniqueid = cursor
    return _number(created), cluster, host, uniqueid


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > _NUMBER_MAX:
        raise InvalidPageToken
    return int(text)
