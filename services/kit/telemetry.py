"""OpenTelemetry: providers, shutdown, and cheap helpers for what every service measures."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from opentelemetry import context as otel_context
from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, Counter, Histogram, Observation, UpDownCounter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_SCOPE = "services"
# A collector that is away must not hold up the end of a process.
_EXPORT_SECONDS = 3
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_propagator = TraceContextTextMapPropagator()
_exporting = False
_measuring = False
_LOOP_SECONDS = 0.5


def configure_telemetry(service: str) -> Callable[[], None]:
    """Starts what the environment asks for; gives what flushes and ends it.

    OTEL_EXPORTER_OTLP_ENDPOINT sends traces and metrics to a collector;
    OTEL_EXPORTER_PROMETHEUS_PORT (and _HOST, `localhost` if not set) serves metrics at /metrics.
    """
    global _exporting, _measuring
    resource = Resource.create({"service.name": service})
    readers: list[MetricReader] = []
    ending = ExitStack()
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        tracers = TracerProvider(resource=resource)
        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_EXPORT_SECONDS)))
        trace.set_tracer_provider(tracers)
        ending.callback(tracers.shutdown)
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(timeout=_EXPORT_SECONDS)))
        _exporting = True
    port = os.environ.get("OTEL_EXPORTER_PROMETHEUS_PORT")
    if port:
        readers.append(_prometheus(int(port), ending))
    if readers:
        meters = MeterProvider(resource=resource, metric_readers=readers)
        metrics.set_meter_provider(meters)
        ending.callback(meters.shutdown)
        _measuring = True
    return ending.close


def _prometheus(port: int, ending: ExitStack) -> MetricReader:
    from opentelemetry.exporter.prometheus import PrometheusMetricReader
    from prometheus_client import start_http_server

    host = os.environ.get("OTEL_EXPORTER_PROMETHEUS_HOST", "localhost")
    server, thread = start_http_server(port, addr=host)
    ending.callback(thread.join)
    ending.callback(server.server_close)
    ending.callback(server.shutdown)
    return PrometheusMetricReader()


def is_measuring() -> bool:
    """Tells whether metrics go anywhere; what costs something to measure asks first."""
    return _measuring


def is_exporting() -> bool:
    """Tells whether spans go anywhere; what makes many of them asks first."""
    return _exporting


def counter(name: str, unit: str, description: str) -> Counter:
    """Makes a counter; `unit` in UCUM, for example `{line}` or `s`."""
    return metrics.get_meter(_SCOPE).create_counter(name, unit, description)


def histogram(name: str, unit: str, description: str) -> Histogram:
    """Makes a histogram; `unit` in UCUM. Its buckets are those of answer times in seconds."""
    return metrics.get_meter(_SCOPE).create_histogram(
        name, unit, description, explicit_bucket_boundaries_advisory=_BUCKETS
    )


def up_down_counter(name: str, unit: str, description: str) -> UpDownCounter:
    """Makes a counter that also falls: how many of something there are now. `unit` in UCUM."""
    return metrics.get_meter(_SCOPE).create_up_down_counter(name, unit, description)


def observe(
    name: str, unit: str, description: str, read: Callable[[], Iterable[Observation]]
) -> None:
    """Shows what `read` gives whenever somebody asks; `unit` in UCUM."""

    def observed(_: CallbackOptions) -> Iterable[Observation]:
        return read()

    metrics.get_meter(_SCOPE).create_observable_gauge(name, [observed], unit, description)


async def measure_loop() -> None:
    """Records how long a task that could go on had to wait for the event loop; returns only
    where nothing is measured.

    One loop does all of a process's work, so this is what tells that a replica is full.
    """
    if not _measuring:
        return
    late = histogram("process.loop.delay", "s", "How late the event loop came to a task.")
    loop = asyncio.get_running_loop()
    while True:
        wanted = loop.time() + _LOOP_SECONDS
        await asyncio.sleep(_LOOP_SECONDS)
        late.record(max(0.0, loop.time() - wanted))


def enter_trace(name: str, traceparent: str | bytes | None, kind: SpanKind) -> Span:
    """Makes a span, child of the caller's, the current one of this task; the caller ends it.

    Without an exporter the span records nothing but has ids, so that logs can be joined.
    """
    parent = None
    if traceparent is not None:
        text = (
            traceparent.decode("ascii", "replace")
            if isinstance(traceparent, bytes)
            else traceparent
        )
        parent = _propagator.extract({"traceparent": text}, otel_context.Context())
    if _exporting:
        span = trace.get_tracer(_SCOPE).start_span(name.lstrip("/"), parent, kind)
    else:
        span = _bare_span(trace.get_current_span(parent).get_span_context() if parent else None)
    otel_context.attach(trace.set_span_in_context(span))
    return span


def note_statement(statement: str, seconds: float, *, has_failed: bool) -> None:
    """Adds a span of a statement that has just ended to the current trace, if there is one.

    Its parameters are in none: they are clients' data.
    """
    if not _exporting or not trace.get_current_span().get_span_context().is_valid:
        return
    end = time.time_ns()
    span = trace.get_tracer(_SCOPE).start_span(
        statement.split(maxsplit=1)[0],
        kind=SpanKind.CLIENT,
        attributes={"db.system": "postgresql", "db.statement": statement},
        start_time=end - int(seconds * 1e9),
    )
    if has_failed:
        span.set_status(StatusCode.ERROR)
    span.end(end)


@contextmanager
def noted_statement(statement: str) -> Iterator[None]:
    """Notes what its block does as one statement, where no driver tells of it."""
    started, has_failed = time.perf_counter(), True
    try:
        yield
        has_failed = False
    finally:
        note_statement(statement, time.perf_counter() - started, has_failed=has_failed)


def traceparent() -> str | None:
    """Gives the W3C header that continues the current trace; None outside of one."""
    current = trace.get_current_span().get_span_context()
    if not current.is_valid:
        return None
    return f"00-{current.trace_id:032x}-{current.span_id:016x}-{current.trace_flags:02x}"


def _bare_span(parent: SpanContext | None) -> Span:
    known = parent is not None and parent.is_valid
    trace_id = parent.trace_id if parent is not None and known else random.getrandbits(128)
    return NonRecordingSpan(
        SpanContext(trace_id, random.getrandbits(64) or 1, is_remote=False, trace_flags=_SAMPLED)
    )
