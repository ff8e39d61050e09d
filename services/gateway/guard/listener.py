"""Searches every answer of a listener, and sends a neutral one in place of one with a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, cast

from services.gateway.auth.hosts import Hosts, HostUnknown
from services.gateway.guard.pdf import MEDIA_TYPE, PdfUnreadable, text_of
from services.gateway.guard.scan import Hit, Scan, hits_in, spellings
from services.gateway.guard.watch import Watch
from services.gateway.http.asgi import (
    Application,
    Message,
    Receive,
    Scope,
    Send,
    header,
    raw_path,
    respond,
)
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.rest.errors import Problem
from services.kit.rpc.refusals import INTERNAL_MESSAGE

# A file that is read as a whole before any of it leaves.
_PDF_BYTES_MAX: Final = 32 * 1024 * 1024
# Where a request has the guard that its answer goes past.
_GUARD: Final = "leak_guard"
_TOO_LARGE: Final = Hit("", "The file is too large to be read.")
_PAGE_TEXT: Final = b"Something went wrong on our side. It has been noted, and we look into it.\n"


class LeakGuard:
    """Stands before an application. The operator's listener has none."""

    def __init__(self, application: Application, watch: Watch, hosts: Hosts) -> None:
        self._application, self._watch, self._hosts = application, watch, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._watch.words.words:
            await self._application(scope, receive, send)
            return
        exchange = _Exchange(self._watch, self._hosts, scope, receive, send)
        scope[_GUARD] = exchange.look_into
        try:
            await self._application(scope, exchange.receive, exchange.send)
        except _CutShort:
            # Half of the answer is sent: returning without its end breaks the connection.
            return


async def have_read(scope: Scope, pdf: bytes) -> None:
    """Shows the guard a PDF that leaves within another file, where its words stand compressed.

    Does not return if it says a secret: the answer is held back, or ends before it.
    """
    if _GUARD in scope:
        await cast(Callable[[bytes], Awaitable[None]], scope[_GUARD])(pdf)


class _CutShort(ConnectionAbortedError):
    """Tells the application that nobody takes the rest."""


class _Exchange:
    """One request and its answer."""

    def __init__(
        self, watch: Watch, hosts: Hosts, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._watch, self._hosts, self._words = watch, hosts, watch.words
        self._scope, self._receive, self._send = scope, receive, send
        asked = f"{raw_path(scope)}?".encode() + scope.get("query_string", b"")
        self._said = {word for each in spellings(asked) for word in self._words.words_in(each)}
        self._heard, self._scan = Scan(self._words), Scan(self._words)
        self._start: Message | None = None
        self._is_begun = self._is_over = self._is_pdf = False
        self._pdf = bytearray()

    async def receive(self) -> Message:
        """Passes a piece of the request on, and notes the words that the client says itself."""
        message = await self._receive()
        if body := message.get("body"):
            _, hits = self._heard.feed(body, bool(message.get("more_body")))
            self._said |= {hit.word for hit in hits}
            for each in spellings(body):
                self._said |= self._words.words_in(each)
        return message

    async def send(self, message: Message) -> None:
        """Passes a piece of the answer on, as far as it is known to say no secret."""
        if self._is_over:
            raise _CutShort
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._is_pdf:
            await self._gather(message)
        else:
            more = bool(message.get("more_body"))
            piece, hits = self._scan.feed(message.get("body", b""), more)
            await self._pass_on(piece, more, hits)

    async def _begin(self, message: Message) -> None:
        self._start = message
        headers = b"\n".join(name + b": " + value for name, value in message["headers"])
        if (hits := hits_in(self._words, headers)) and (secrets := await self._secrets(hits)):
            await self._hold_back("headers", secrets)
            return
        self._is_pdf = b"content-type: " + MEDIA_TYPE in headers
        is_write = self._scope["method"] not in ("GET", "HEAD")
        if self._said and is_write and message["status"] < 400:
            # What was taken will come back in other answers, beginning with the next page.
            await self._watch.note_own(await self._tenant_id(), self._said)

    async def look_into(self, pdf: bytes) -> None:
        """Reads a file that is to leave within the answer; raises if it must not."""
        if secrets := await self._secrets_of(pdf):
            await self._hold_back("file", secrets)
            raise _CutShort

    async def _gather(self, message: Message) -> None:
        self._pdf += message.get("body", b"")
        if len(self._pdf) > _PDF_BYTES_MAX:
            await self._hold_back("file", [_TOO_LARGE])
        elif not message.get("more_body"):
            pdf = bytes(self._pdf)
            if secrets := await self._secrets_of(pdf):
                await self._hold_back("file", secrets)
            else:
                await self._pass_on(pdf, False, [])

    async def _secrets_of(self, pdf: bytes) -> list[Hit]:
        try:
            text = await asyncio.to_thread(text_of, pdf)
        except PdfUnreadable:
            return [Hit("", "The file cannot be read.")]
        hits = hits_in(self._words, pdf) + hits_in(self._words, text)
        return await self._secrets(hits) if hits else []

    async def _pass_on(self, piece: bytes, more: bool, hits: list[Hit]) -> None:
        if hits and (secrets := await self._secrets(hits)):
            await self._hold_back("body", secrets)
            return
        if self._start is not None:
            start, self._start = self._start, None
            self._is_begun = True
            await self._send(start)
        if piece or not more:
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _secrets(self, hits: list[Hit]) -> list[Hit]:
        """Leaves out what the client said in this request, or has said before."""
        left = [hit for hit in hits if hit.word not in self._said]
        return await self._watch.secrets_among(await self._tenant_id(), left) if left else []

    async def _hold_back(self, part: str, hits: list[Hit]) -> None:
        self._is_over = True
        asked = f"{self._scope['method']} {raw_path(self._scope)}"
        await self._watch.raise_alarm(await self._tenant_id(), asked, part, hits)
        if self._is_begun:
            raise _CutShort
        await self._send_neutral()

    async def _tenant_id(self) -> str:
        """Gives whose portal was asked; empty at a host name that is nobody's."""
        try:
            site = await self._hosts.site_at(header(self._scope, b"host") or b"")
        except HostUnknown:
            return ""
        return site.tenant_id

    async def _send_neutral(self) -> None:
        if self._scope["path"].startswith("/v1"):
            body, media_type = (
                Problem(500, "INTERNAL", INTERNAL_MESSAGE).json(),
                b"application/json",
            )
        else:
            body, media_type = _PAGE_TEXT, b"text/plain; charset=utf-8"
        await respond(self._send, 500, [*PRIVATE_DATA, (b"content-type", media_type)], body)
