"""A client's program that takes events, politely or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from standardwebhooks import Webhook

_LOCATION = b"http://127.0.0.1:1/elsewhere"


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    headers: dict[str, str]
    body: str

    def is_signed_with(self, secret: str) -> bool:
        """Tells whether one of its signatures is by this secret, as the specification has it."""
        time = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        signature = Webhook(secret).sign(self.headers["webhook-id"], time, self.body)
        return signature in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """Answers with `status`; 0 takes the request and never answers, -1 answers for ever."""

    port: int = 0
    status: int = 204
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/events?from=us"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes one request and is what it is to be."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.received.append(Received({**headers, "request": head[0]}, body.decode()))
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.status == 0:
            # Until whoever asked has had enough.
            await reader.read()
            return
        status = 200 if self.status < 0 else self.status
        location = b"location: " + _LOCATION + b"\r\n" if 300 <= status < 400 else b""
        writer.write(b"HTTP/1.1 %d x\r\n%sconnection: close\r\n\r\n" % (status, location))
        while self.status < 0:
            writer.write(b"more and more of it " * 1000)
            await writer.drain()
        await writer.drain()


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    """Runs a receiver on loopback."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
