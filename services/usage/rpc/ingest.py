"""IngestService: where calls come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from services.kit.aip.resource_name import tenant_id_of
from services.kit.errors import Refusal
from services.usage.rpc import wire
from services.usage.usecases.record_calls import Batch, CallRecorder
from veneer.usage.v1 import ingest_service_pb2, ingest_service_pb2_grpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# One is being stored while the next one is taken in; more would only take memory.
_BATCHES_AT_ONCE = 2


class IngestService(ingest_service_pb2_grpc.IngestServiceServicer):
    """veneer.usage.v1.IngestService."""

    def __init__(self, recorder: CallRecorder) -> None:
        self._recorder = recorder

    async def RecordCalls(  # type: ignore[override]  # answers are written, not yielded
        self, requests: AsyncIterator[ingest_service_pb2.RecordCallsRequest], context: Context
    ) -> None:
        stream = _Stream(self._recorder, context)
        try:
            async with asyncio.TaskGroup() as batches:
                await stream.take_all_in(requests, batches)
        except BaseExceptionGroup as group:
            # The first to fail ended the others; its refusal is the answer.
            raise group.exceptions[0] from None


class _Stream:
    """The batches of one stream: stored and answered in their order, taken in ahead of it."""

    def __init__(self, recorder: CallRecorder, context: Context) -> None:
        self._recorder, self._context = recorder, context
        self._room = asyncio.Semaphore(_BATCHES_AT_ONCE)
        self._turn = asyncio.Event()
        self._turn.set()

    async def take_all_in(
        self,
        requests: AsyncIterator[ingest_service_pb2.RecordCallsRequest],
        batches: asyncio.TaskGroup,
    ) -> None:
        """Begins with one batch after the other."""
        try:
            async for request in requests:
                await self._take_in(request, batches)
        except Refusal:
            # Refused on its way in; those ahead of it are stored and answered all the same, so
            # that the sender knows which one is meant.
            await self._turn.wait()
            raise

    async def _take_in(
        self, request: ingest_service_pb2.RecordCallsRequest, batches: asyncio.TaskGroup
    ) -> None:
        await self._room.acquire()
        turn, self._turn = self._turn, asyncio.Event()
        batches.create_task(self._store(request, turn, self._turn))

    async def _store(
        self,
        request: ingest_service_pb2.RecordCallsRequest,
        turn: asyncio.Event,
        next_turn: asyncio.Event,
    ) -> None:
        try:
            tenant_id = tenant_id_of(request.parent, "parent")
            # In a thread, as all that takes more than a millisecond: what is being stored, and
            # who else asks, must not wait for it.
            columns = await asyncio.to_thread(wire.columns, request.calls)
            batch = Batch(tenant_id, request.time_zone, columns)
            outcome = await self._recorder.record(batch, turn.wait)
        except Refusal:
            # What is wrong may be told long before the batches ahead have been stored.
            await turn.wait()
            raise
        await self._context.write(
            ingest_service_pb2.RecordCallsResponse(
                batch_id=request.batch_id,
                inserted_count=outcome.inserted_count,
                revised_count=outcome.revised_count,
                unchanged_count=outcome.unchanged_count,
            )
        )
        # Only now: a batch that fails never lets the ones behind it in.
        next_turn.set()
        self._room.release()
