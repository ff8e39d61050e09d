"""JournalService: where the journal shippers bring their lines."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import FieldViolation, InvalidRequest
from services.telephony.domain.journal import CHUNK_BYTES_MAX, Journal
from services.telephony.store import TelephonyStore
from services.telephony.usecases.take_chunk import Moment, take_chunk
from veneer.telephony.v1 import journal_service_pb2 as pb
from veneer.telephony.v1 import journal_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_CURSORS_MAX = 1000
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_FORMS = {
    "cluster": (re.compile(rf"(?=.{{1,31}}\Z){_NAME}"), "Must be 1 to 31 letters, digits, . _ -."),
    "host": (re.compile(rf"(?=.{{1,63}}\Z){_NAME}"), "Must be 1 to 63 letters, digits, . _ -."),
    "file": (re.compile(rf"(?=.{{1,80}}\Z){_NAME}"), "Must be 1 to 80 letters, digits, . _ -."),
}


class JournalService(rpc.JournalServiceServicer):
    """veneer.telephony.v1.JournalService; sets `wake` when legs may have come in.

    Legs begun before the second that `awaited_before` gives wait a little for their description.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        clock: Clock,
        awaited_before: Callable[[], int],
        wake: asyncio.Event,
    ) -> None:
        self._db, self._clock, self._wake = db, clock, wake
        self._awaited_before = awaited_before

    async def ListJournalCursors(
        self, request: pb.ListJournalCursorsRequest, context: Context
    ) -> pb.ListJournalCursorsResponse:
        _check(request, "cluster", "host")
        async with self._db.operator_read() as store:
            cursors = await store.journals.list_cursors(request.cluster, request.host, _CURSORS_MAX)
        return pb.ListJournalCursorsResponse(
            cursors=[
                pb.JournalCursor(
                    cluster=request.cluster, host=request.host, file=file, offset=offset
                )
                for file, offset in cursors
            ]
        )

    async def ShipLines(
        self, request_iterator: AsyncIterator[pb.ShipLinesRequest], context: Context
    ) -> AsyncIterator[pb.ShipLinesResponse]:
        async for request in request_iterator:
            yield pb.ShipLinesResponse(cursor=await self._take(request))

    async def _take(self, request: pb.ShipLinesRequest) -> pb.JournalCursor:
        _check(request, "cluster", "host", "file")
        if request.offset < 0:
            raise InvalidRequest.at("offset", "Must not be negative.")
        if len(request.lines) > CHUNK_BYTES_MAX:
            raise InvalidRequest.at("lines", f"Must be at most {CHUNK_BYTES_MAX} bytes.")
        journal = Journal(request.cluster, request.host, request.file)
        moment = Moment(self._clock.now(), self._awaited_before())
        async with self._db.operator_transaction() as store:
            taken = await take_chunk(store, journal, request.offset, request.lines, moment)
        self._wake.set()
        return pb.JournalCursor(**journal._asdict(), offset=taken)


def _check(request: pb.ListJournalCursorsRequest | pb.ShipLinesRequest, *fields: str) -> None:
    violations = [
        FieldViolation(field, _FORMS[field][1])
        for field in fields
        if not _FORMS[field][0].fullmatch(getattr(request, field))
    ]
    if violations:
        raise InvalidRequest(violations)
