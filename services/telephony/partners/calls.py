"""Streams legs to usage, several batches at once, each acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from services.kit.errors import INVALID_REQUEST, Unavailable
from services.kit.rpc.errors import from_rpc_error, refusal_from
from services.telephony.domain.leg import PendingLeg, call_id
from services.telephony.partners.directory import Entry
from veneer.usage.v1 import ingest_service_pb2 as pb
from veneer.usage.v1 import ingest_service_pb2_grpc as rpc

_ANSWER_SECONDS_MAX = 60.0
_LOST_STATUS = "Internal error from Core"
_DIRECTIONS = {"o": pb.OUTBOUND, "i": pb.INBOUND}


@dataclass(frozen=True)
class BatchRefused(Exception):
    """usage would not have the oldest batch that it has not acknowledged."""

    detail: str


class CallStream:
    """One RecordCalls stream; ends with the first trouble."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._outgoing: asyncio.Queue[pb.RecordCallsRequest] = asyncio.Queue()
        self._call: Any = rpc.IngestServiceStub(channel).RecordCalls(self._requests())

    def send(self, batch_id: int, entry: Entry, legs: Sequence[PendingLeg]) -> None:
        """Sends a batch of one tenant; whoever sends waits for acknowledgements, not for this."""
        self._outgoing.put_nowait(
            pb.RecordCallsRequest(
                parent=f"tenants/{entry.tenant_id}",
                time_zone=entry.time_zone,
                batch_id=batch_id,
                calls=_columns(legs),
            )
        )

    async def acknowledged(self) -> int:
        """Waits for the next acknowledgement; gives the id of its batch.

        Raises BatchRefused, or Unavailable if it does not come.
        """
        try:
            async with asyncio.timeout(_ANSWER_SECONDS_MAX):
                answer = await self._call.read()
        except TimeoutError as error:
            raise Unavailable from error
        except grpc.aio.AioRpcError as error:
            if from_rpc_error(error).reason == INVALID_REQUEST:
                raise BatchRefused(error.details() or "") from error
            if error.details() == _LOST_STATUS:
                # The library's own: it was sending while the other side ended the stream, and
                # forgets the status that came with that.
                raise Unavailable from error
            raise refusal_from(error) from error
        if answer is grpc.aio.EOF:
            raise Unavailable
        batch_id: int = answer.batch_id
        return batch_id

    def cancel(self) -> None:
        """Ends the stream; what was not acknowledged may have been stored or not."""
        self._call.cancel()

    async def _requests(self) -> AsyncIterator[pb.RecordCallsRequest]:
        while True:
            yield await self._outgoing.get()


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
        end_estimates=[leg.end_is_estimated for leg in legs],
    )


def _conversation_id(leg: PendingLeg) -> str:
    return call_id(leg.cluster, leg.host, leg.linkedid) if leg.linkedid else ""
