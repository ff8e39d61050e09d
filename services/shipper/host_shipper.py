"""Ships one host's journals over one stream, from where telephony has them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import grpc

from services.kit.logging import get_logger
from services.kit.rpc.errors import from_rpc_error
from services.kit.telemetry import counter
from services.shipper.journal_files import JournalFile, JournalFiles
from veneer.telephony.v1 import journal_service_pb2 as pb
from veneer.telephony.v1 import journal_service_pb2_grpc as rpc

_POLL_SECONDS = 0.2
# What may be on its way without an acknowledgement.
_BYTES_IN_FLIGHT_MAX = 2 * 1024 * 1024
_ANSWER_SECONDS_MAX = 60.0
_FIRST_WAIT_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 5.0
_DRAIN_SECONDS = 5.0

log = get_logger(__name__)
_shipped = counter("shipper.bytes", "By", "Bytes of journals that telephony has acknowledged.")


class _EndedEarly(Exception):
    """Telephony ended the stream before it had answered everything."""


class HostShipper:
    """Keeps nothing: where to go on is asked of telephony at every start and after any trouble."""

    def __init__(
        self, channel: grpc.aio.Channel, cluster: str, host: str, files: JournalFiles
    ) -> None:
        self._stub = rpc.JournalServiceStub(channel)
        self._cluster, self._host, self._files = cluster, host, files
        self._is_stopping = False
        self._has_progressed = False

    async def run(self) -> None:
        """Ships until cancelled; then waits a little for what is on its way."""
        shipping = asyncio.create_task(self._ship_for_ever())
        try:
            await asyncio.shield(shipping)
        finally:
            self._is_stopping = True
            _, late = await asyncio.wait({shipping}, timeout=_DRAIN_SECONDS)
            for task in late:
                task.cancel()

    async def _ship_for_ever(self) -> None:
        wait = _FIRST_WAIT_SECONDS
        while not self._is_stopping:
            self._has_progressed = False
            try:
                await self._ship()
            except (grpc.aio.AioRpcError, _EndedEarly, TimeoutError) as error:
                self._tell(error)
            if self._is_stopping:
                return
            wait = _FIRST_WAIT_SECONDS if self._has_progressed else wait
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    async def _ship(self) -> None:
        """Ships over one stream until it breaks or the program is to stop."""
        request = pb.ListJournalCursorsRequest(cluster=self._cluster, host=self._host)
        answer = await self._stub.ListJournalCursors(request)
        offsets = {cursor.file: cursor.offset for cursor in answer.cursors}
        stream = _Stream(self._stub)
        try:
            while not self._is_stopping:
                for file in self._files.scan():
                    await self._ship_file(stream, file, offsets)
                await self._land(stream, offsets, 0)
                self._has_progressed = True
                await asyncio.sleep(_POLL_SECONDS)
            await stream.land_all()
        finally:
            stream.cancel()

    async def _ship_file(self, stream: _Stream, file: JournalFile, offsets: dict[str, int]) -> None:
        while not self._is_stopping:
            offset = offsets.get(file.name, 0)
            chunk = self._files.read_chunk(file, offset)
            if not chunk:
                return
            await self._land(stream, offsets, _BYTES_IN_FLIGHT_MAX - len(chunk))
            stream.send(
                pb.ShipLinesRequest(
                    cluster=self._cluster,
                    host=self._host,
                    file=file.name,
                    offset=offset,
                    lines=chunk,
                )
            )
            offsets[file.name] = offset + len(chunk)

    async def _land(self, stream: _Stream, offsets: dict[str, int], bytes_left: int) -> None:
        """Waits for acknowledgements until at most so many bytes are on their way."""
        while stream.bytes_in_flight > bytes_left:
            cursor = await stream.acknowledged()
            # Telephony may have more of the file than we sent: another shipper brought it.
            offsets[cursor.file] = max(offsets[cursor.file], cursor.offset)

    def _tell(self, error: Exception) -> None:
        if isinstance(error, grpc.aio.AioRpcError):
            problem = from_rpc_error(error)
            reason = problem.reason or problem.code.name
        else:
            reason = type(error).__name__
        log.warning("shipping was interrupted", host=self._host, reason=reason)


class _Stream:
    """One ShipLines stream and the chunks on their way, answered in order."""

    def __init__(self, stub: Any) -> None:
        self._outgoing: asyncio.Queue[pb.ShipLinesRequest] = asyncio.Queue()
        self._call: Any = stub.ShipLines(self._requests())
        self._in_flight: deque[int] = deque()
        self.bytes_in_flight = 0

    def send(self, request: pb.ShipLinesRequest) -> None:
        """Sends a chunk; whoever sends waits for acknowledgements, not for this."""
        self._outgoing.put_nowait(request)
        self._in_flight.append(len(request.lines))
        self.bytes_in_flight += len(request.lines)

    async def acknowledged(self) -> pb.JournalCursor:
        """Gives how far the file of the oldest chunk on its way has been taken."""
        async with asyncio.timeout(_ANSWER_SECONDS_MAX):
            answer = await self._call.read()
        if answer is grpc.aio.EOF:
            raise _EndedEarly
        size = self._in_flight.popleft()
        self.bytes_in_flight -= size
        _shipped.add(size)
        cursor: pb.JournalCursor = answer.cursor
        return cursor

    async def land_all(self) -> None:
        """Lets what is on its way arrive."""
        while self._in_flight:
            await self.acknowledged()

    def cancel(self) -> None:
        """Ends the stream; what was not acknowledged may have been taken or not."""
        self._call.cancel()

    async def _requests(self) -> AsyncIterator[pb.ShipLinesRequest]:
        while True:
            yield await self._outgoing.get()
