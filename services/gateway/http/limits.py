"""Limits of what is sent to us: bytes and time."""

from __future__ import annotations

import asyncio

from services.gateway.http.asgi import Application, Message, Receive, Scope, Send, header, respond
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.rest.errors import BodyTooLarge, BodyTooSlow, problem_of
from services.kit.errors import Refusal

BODY_BYTES_MAX = 1024 * 1024
_RECEIVE_SECONDS_MAX = 10.0


class BodyLimit:
    """Lets no application read more than so many bytes, or wait for them for long."""

    def __init__(self, application: Application, bytes_max: int = BODY_BYTES_MAX) -> None:
        self._application = application
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._application(scope, receive, send)
            return
        length = header(scope, b"content-length")
        if length is not None and (not length.isdigit() or int(length) > self._bytes_max):
            await _refuse(send, self._too_large())
            return
        try:
            await self._application(scope, self._limited(receive), send)
        except (BodyTooLarge, BodyTooSlow) as refusal:
            await _refuse(send, refusal)

    def _limited(self, receive: Receive) -> Receive:
        received = 0

        async def limited() -> Message:
            nonlocal received
            try:
                async with asyncio.timeout(_RECEIVE_SECONDS_MAX):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlow("The request took too long to arrive.") from None
            received += len(message.get("body", b""))
            if received > self._bytes_max:
                raise self._too_large()
            return message

        return limited

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"A request has at most {self._bytes_max} bytes.", bytes_max=self._bytes_max
        )


async def read_body(receive: Receive) -> bytes:
    """Reads the whole body."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    pieces = [body]
    while message.get("more_body"):
        message = await receive()
        pieces.append(message.get("body", b""))
    return b"".join(pieces)


async def _refuse(send: Send, refusal: Refusal) -> None:
    problem = problem_of(refusal)
    headers = [*PRIVATE_DATA, *problem.headers, (b"content-type", b"application/json")]
    # What is still coming is not read, so the connection is of no use any more.
    headers.append((b"connection", b"close"))
    await respond(send, problem.http_status, headers, problem.json())
