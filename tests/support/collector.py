"""A collector of traces that keeps them: the protocol's own server, and nothing behind it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_pb
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as metrics_rpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc

from dev.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Span:
    """One span; ids in hex, `parent_id` empty for the first of a trace."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, str] = field(default_factory=dict)


class Collector(rpc.TraceServiceServicer, metrics_rpc.MetricsServiceServicer):
    """Takes what programs export over OTLP; metrics are let go."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        rpc.add_TraceServiceServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
        metrics_rpc.add_MetricsServiceServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
        self.port: int = self._server.add_insecure_port(f"{LOOPBACK}:0")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop(None).wait()

    def trace_of(self, request_id: str) -> list[Span]:
        """Gives all spans of the trace in which the edge has answered a request."""
        spans = list(self._spans)
        found = {each.trace_id for each in spans if request_id in each.attributes.values()}
        return [each for each in spans if each.trace_id in found]

    def named(self, name: str) -> list[Span]:
        """Gives all spans of that name."""
        return [each for each in list(self._spans) if each.name == name]

    def Export(self, request: Any, context: Any) -> Any:
        if isinstance(request, metrics_pb.ExportMetricsServiceRequest):
            return metrics_pb.ExportMetricsServiceResponse()
        for resource in request.resource_spans:
            service = _attributes(resource.resource.attributes).get("service.name", "")
            for scope in resource.scope_spans:
                self._spans += [_span(service, each) for each in scope.spans]
        return pb.ExportTraceServiceResponse()


def _span(service: str, wire: Any) -> Span:
    trace_id, span_id, parent_id = (
        each.hex() for each in (wire.trace_id, wire.span_id, wire.parent_span_id)
    )
    return Span(service, wire.name, trace_id, span_id, parent_id, _attributes(wire.attributes))


def _attributes(wire: Any) -> dict[str, str]:
    return {each.key: str(getattr(each.value, each.value.WhichOneof("value"))) for each in wire}
