"""Measures every call, and carries its trace and its deadline into the method."""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager
from types import TracebackType

import grpc
from opentelemetry.trace import SpanKind, Status, StatusCode

from services.kit.rpc import deadline
from services.kit.rpc.interceptor import Context, MethodInterceptor
from services.kit.telemetry import enter_trace, histogram, up_down_counter

_OK = grpc.StatusCode.OK


class MetricsInterceptor(MethodInterceptor):
    """Records `rpc.server.duration` in seconds by method and status code, and how many are open."""

    def __init__(self) -> None:
        super().__init__()
        self._duration = histogram("rpc.server.duration", "s", "How long calls took to answer.")
        self.active = up_down_counter("rpc.server.active", "{call}", "Calls not yet answered.")

    def around(self, method: str, context: Context) -> AbstractAsyncContextManager[None]:
        return _Measuring(self, method, context)

    def record(self, method: str, code: str, seconds: float) -> None:
        """Adds one finished call."""
        self._duration.record(seconds, {"rpc.method": method, "rpc.grpc.status": code})


class _Measuring(AbstractAsyncContextManager[None]):
    def __init__(self, metrics: MetricsInterceptor, method: str, context: Context) -> None:
        self._metrics = metrics
        self._method = method
        self._context = context

    async def __aenter__(self) -> None:
        self._started = time.perf_counter()
        deadline.set_remaining(self._context.time_remaining())
        metadata = self._context.invocation_metadata() or ()
        parent = next((value for key, value in metadata if key == "traceparent"), None)
        self._span = enter_trace(self._method, parent, SpanKind.SERVER)
        self._metrics.active.add(1)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._metrics.active.add(-1)
        code = _name_of(self._context.code(), error)
        self._metrics.record(self._method, code, time.perf_counter() - self._started)
        if code in ("INTERNAL", "UNKNOWN"):
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.set_attribute("rpc.grpc.status", code)
        self._span.end()


def _name_of(code: object, error: BaseException | None) -> str:
    if isinstance(code, int):
        code = next((status for status in grpc.StatusCode if status.value[0] == code), None)
    if isinstance(code, grpc.StatusCode) and (code is not _OK or error is None):
        return code.name
    return "CANCELLED" if error is not None else _OK.name
