"""Limits of what is sent to us: bytes and time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from services.gateway.http.asgi import Application, Message, Receive, Scope, Send, header, respond
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.rest.errors import BodyTooLarge, BodyTooSlow, problem_of
from services.kit.errors import Refusal

BODY_BYTES_MAX = 1024 * 1024
_RECEIVE_SECONDS_MAX = 10.0


class BodyLimit:
    """Lets no application read more than so many bytes, or wait for them for long."""

    def __init__(
        self,
        application: Application,
        bytes_max: int = BODY_BYTES_MAX,
        bytes_max_of: Callable[[Scope, int], int] | None = None,
    ) -> None:
        self._application = application
        self._bytes_max, self._bytes_max_of = bytes_max, bytes_max_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._application(scope, receive, send)
            return
        most = self._bytes_max_of(scope, self._bytes_max) if self._bytes_max_of else self._bytes_max
        length = header(scope, b"content-length")
        if length is not None and (not length.isdigit() or int(length) > most):
            await _refuse(send, _too_large(most))
            return
        try:
            await self._application(scope, self._limited(receive, most), send)
        except (BodyTooLarge, BodyTooSlow) as refusal:
            await _refuse(send, refusal)

    def _limited(self, receive: Receive, most: int) -> Receive:
        received = 0

        async def limited() -> Message:
            nonlocal received
            try:
                async with asyncio.timeout(_RECEIVE_SECONDS_MAX):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlow("The request took too long to arrive.") from None
            received += len(message.get("body", b""))
            if received > most:
                raise _too_large(most)
            return message

        return limited


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"A request has at most {most} bytes.", bytes_max=most)


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
