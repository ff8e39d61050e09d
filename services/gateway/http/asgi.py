"""Names for the parts of ASGI that are used here, and what is read from a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


def header(scope: Scope, name: bytes) -> bytes | None:
    """Gives the first header of a lower-case name."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


def client_address(scope: Scope) -> str:
    """Gives where a request came from: what the edge saw, which it writes behind all others."""
    seen = [value for key, value in scope["headers"] if key == b"x-forwarded-for"]
    last: bytes = seen[-1] if seen else b""
    return last.decode("latin-1").rpartition(",")[2].strip()


def raw_path(scope: Scope) -> str:
    """Gives the path as it came, percent-encoded, without the query."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")


async def respond(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    """Sends a whole response."""
    all_headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})
