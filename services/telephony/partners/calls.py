"""Streams legs to usage, several batches at once, each acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from services.kit.errors import INVALID_REQUEST
from services.kit.rpc.errors import from_rpc_error, refusal_from
from services.telephony.domain.leg import PendingLeg, call_id
from services.telephony.partners.directory import Entry
from veneer.usage.v1 import ingest_service_pb2 as pb
from veneer.usage.v1 import ingest_service_pb2_grpc as rpc

_DIRECTIONS = {"o": pb.OUTBOUND, "i": pb.INBOUND}


@dataclass(frozen=True, slots=True)
class BatchRefused(Exception):
    """usage would not have the oldest batch that it has not acknowledged."""

    detail: str


class CallStream:
    """One RecordCalls stream. Ends with the first trouble, which both methods raise."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._call: Any = rpc.IngestServiceStub(channel).RecordCalls()

    async def send(self, batch_id: int, entry: Entry, legs: Sequence[PendingLeg]) -> None:
        """Sends a batch of one tenant; waits while the other side can't take more."""
        try:
            await self._call.write(
                pb.RecordCallsRequest(
                    parent=f"tenants/{entry.tenant_id}",
                    time_zone=entry.time_zone,
                    batch_id=batch_id,
                    calls=_columns(legs),
                )
            )
        except (grpc.aio.AioRpcError, grpc.aio.UsageError) as error:
            raise await self._trouble() from error

    async def acknowledged(self) -> int:
        """Waits for the next acknowledgement; gives the id of its batch."""
        try:
            answer = await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise await self._trouble() from error
        if answer is grpc.aio.EOF:
            raise await self._trouble()
        batch_id: int = answer.batch_id
        return batch_id

    def cancel(self) -> None:
        """Ends the stream; what was not acknowledged may have been stored or not."""
        self._call.cancel()

    async def _trouble(self) -> Exception:
        code = await self._call.code()
        error = grpc.aio.AioRpcError(
            code,
            await self._call.initial_metadata(),
            await self._call.trailing_metadata(),
            await self._call.details(),
        )
        if from_rpc_error(error).reason == INVALID_REQUEST:
            return BatchRefused(error.details() or "")
        return refusal_from(error)


def _columns(legs: Sequence[PendingLeg]) -> pb.CallColumns:
    return pb.CallColumns(
        call_ids=[call_id(leg.cluster, leg.host, leg.uniqueid) for leg in legs],
        directions=[_DIRECTIONS[leg.direction] for leg in legs],
        routes=[leg.route_id for leg in legs],
        called_numbers=[leg.dialled_number for leg in legs],
        caller_numbers=[leg.caller_number for leg in legs],
        # What decides month and local date is the epoch in the uniqueid, which nothing changes.
        start_time_millis=[leg.created_seconds * 1000 for leg in legs],
        answer_time_millis=[leg.answer_time_millis for leg in legs],
        end_time_millis=[leg.end_time_millis for leg in legs],
        billable_seconds=[leg.billable_seconds for leg in legs],
        hangup_causes=[leg.hangup_cause for leg in legs],
        conversation_ids=[_conversation_id(leg) for leg in legs],
        campaigns=[leg.campaign for leg in legs],
        lists=[leg.list for leg in legs],
        agents=[leg.agent for leg in legs],
        dispositions=[leg.disposition for leg in legs],
    )


def _conversation_id(leg: PendingLeg) -> str:
    return call_id(leg.cluster, leg.host, leg.linkedid) if leg.linkedid else ""
