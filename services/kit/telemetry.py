"""OpenTelemetry: providers, shutdown, and cheap helpers for what every service measures."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

from opentelemetry import context as otel_context
from opentelemetry import metrics, trace
from opentelemetry.metrics import Counter, Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_SCOPE = "services"
# A collector that is away must not hold up the end of a process.
_EXPORT_SECONDS = 3
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_propagator = TraceContextTextMapPropagator()
_exporting = False


def configure_telemetry(service: str) -> Callable[[], None]:
    """Starts exporting if OTEL_EXPORTER_OTLP_ENDPOINT is set; gives what flushes and ends it."""
    global _exporting
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return lambda: None
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    resource = Resource.create({"service.name": service})
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_EXPORT_SECONDS)))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(timeout=_EXPORT_SECONDS))
    meters = MeterProvider(resource=resource, metric_readers=[reader])
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(meters)
    _exporting = True

    def shutdown() -> None:
        tracers.shutdown()
        meters.shutdown()

    return shutdown


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
