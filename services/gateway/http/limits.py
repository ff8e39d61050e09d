"""Limits of what is sent to us: bytes and time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from services.gateway.http.asgi import Application, Message, Receive, Scope, Send, header, respond
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.rest.errors import BodyTooLarge, BodyTooSlow, problem_of
from services.kit.errors import Refusal

BODY_BYTES_MAX = 1024 * 1024
_RECEIVE_SECONDS_MAX = 10.0
# Of what is too large, so much is still taken off the wire, and for so long.
_LEFT_BYTES_MAX = 16 * 1024 * 1024
_LEFT_SECONDS_MAX = 5.0


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
            if header(scope, b"expect") is None:
                await _drain(receive)
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
                if message.get("more_body"):
                    await _drain(receive)
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


async def _drain(receive: Receive) -> None:
    """Throws away what is still coming: whoever is hung up on while sending never sees the answer.

    Who asked whether to send at all (`Expect`) is not sending, and is answered at once.
    """
    left = _LEFT_BYTES_MAX
    with suppress(TimeoutError):
        async with asyncio.timeout(_LEFT_SECONDS_MAX):
            while left > 0:
                message = await receive()
                if not message.get("more_body"):
                    return
                left -= len(message["body"])


async def _refuse(send: Send, refusal: Refusal) -> None:
    problem = problem_of(refusal)
    headers = [*PRIVATE_DATA, *problem.headers, (b"content-type", b"application/json")]
    # What may still be coming is not read, so the connection is of no use any more.
    headers.append((b"connection", b"close"))
    await respond(send, problem.http_status, headers, problem.json())
