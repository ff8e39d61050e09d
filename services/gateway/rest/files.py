"""Files in and out: passed on piece by piece, never held in memory as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from services.gateway.http.asgi import Header, Receive, Send
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.rest.transcoding import file_name
from veneer.access.v1 import file_pb2

# A whole file; a limit of its own beside that of other bodies.
UPLOAD_BYTES_MAX: Final = 64 * 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024
RANGE_FIELD: Final = "range"


async def pieces_of(receive: Receive, first: Message, body: str) -> AsyncIterator[Message]:
    """Gives the messages of an upload: `first` with the first piece, then pieces alone."""
    message, empty = first, type(first)
    gathered = bytearray()
    more = True
    while more:
        received = await receive()
        if received["type"] == "http.disconnect":
            # Who waits at the other end sees a broken stream, not the end of a file.
            raise ConnectionResetError
        gathered += received.get("body", b"")
        more = bool(received.get("more_body"))
        while len(gathered) >= _PIECE_BYTES or (not more and (gathered or message is first)):
            getattr(message, body).data = bytes(gathered[:_PIECE_BYTES])
            del gathered[:_PIECE_BYTES]
            yield message
            message = empty()


async def send_file(send: Send, request: Message, answers: AsyncIterator[Any]) -> None:
    """Sends what comes, with the headers that its first piece tells of.

    What breaks before the first piece is raised; later the connection is cut short.
    """
    answers = aiter(answers)
    first: HttpBody | None = await anext(answers, None)
    if first is None:
        first = HttpBody(content_type="application/octet-stream")
    status, headers = head_of(request, first)
    start = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": first.data, "more_body": True})
    async for answer in answers:
        await send({"type": "http.response.body", "body": answer.data, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def head_of(request: Message, first: HttpBody) -> tuple[int, list[Header]]:
    """Gives status and headers of a file, or of a part of one, by its first piece."""
    name = file_name(request, first.content_type)
    headers = [
        *PRIVATE_DATA,
        (b"content-type", first.content_type.encode()),
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
    ]
    part = file_pb2.FilePart()
    if not any(each.Unpack(part) for each in first.extensions):
        return 200, headers
    headers += [(b"accept-ranges", b"bytes"), (b"content-length", str(part.length).encode())]
    if not part.is_part:
        return 200, headers
    last = part.offset + part.length - 1
    headers.append((b"content-range", f"bytes {part.offset}-{last}/{part.file_bytes}".encode()))
    return 206, headers
