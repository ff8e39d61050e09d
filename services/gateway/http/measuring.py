"""Measures every request, and gives it a trace that the services' logs share with the edge's."""

from __future__ import annotations

import re
import time

from opentelemetry.trace import SpanKind, Status, StatusCode

from services.gateway.http.asgi import Application, Message, Receive, Scope, Send, header
from services.kit.telemetry import enter_trace, histogram

_EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


class Measuring:
    """Records `http.server.duration` in seconds by listener, method and status."""

    def __init__(self, application: Application, listener: str) -> None:
        self._application = application
        self._listener = listener
        self._duration = histogram("http.server.duration", "s", "How long requests took to answer.")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started = time.perf_counter()
        method: str = scope["method"]
        span = enter_trace(f"{self._listener} {method}", _trace_of(scope), SpanKind.SERVER)
        status, answered = 0, None

        async def observed(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                if _EVENTS in message["headers"]:
                    # It lasts as long as somebody listens, which says nothing of us.
                    answered = time.perf_counter()
            await send(message)

        try:
            await self._application(scope, receive, observed)
        finally:
            attributes: dict[str, str | int] = {
                "listener": self._listener,
                "http.request.method": method,
                "http.response.status_code": status,
            }
            self._duration.record((answered or time.perf_counter()) - started, attributes)
            span.set_attributes(attributes)
            if status >= 500 or status == 0:
                span.set_status(Status(StatusCode.ERROR))
            span.end()


def _trace_of(scope: Scope) -> bytes | None:
    """Gives the trace that the request is part of: that of its header, or one named after the id
    under which the edge logs it."""
    told = header(scope, b"traceparent")
    if told is not None:
        return told
    request_id = header(scope, b"x-request-id")
    if request_id is None or not _UUID.match(request_id):
        return None
    digits = request_id.replace(b"-", b"")
    return b"00-%s-%s-01" % (digits, digits[:16])
