"""Stubs of usage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from veneer.usage.v1 import (
    call_service_pb2_grpc,
    meter_service_pb2_grpc,
    usage_summary_service_pb2_grpc,
)

if TYPE_CHECKING:
    from veneer.usage.v1.call_service_pb2_grpc import CallServiceAsyncStub
    from veneer.usage.v1.meter_service_pb2_grpc import MeterServiceAsyncStub
    from veneer.usage.v1.usage_summary_service_pb2_grpc import UsageSummaryServiceAsyncStub


class UsageServices:
    """The stubs, by what the gateway calls them."""

    calls: CallServiceAsyncStub
    meters: MeterServiceAsyncStub
    summaries: UsageSummaryServiceAsyncStub


# The generated stubs are typed for synchronous channels, the Async ones exist for mypy alone.
STUBS: dict[str, Callable[[Any], Any]] = {
    "calls": call_service_pb2_grpc.CallServiceStub,
    "meters": meter_service_pb2_grpc.MeterServiceStub,
    "summaries": usage_summary_service_pb2_grpc.UsageSummaryServiceStub,
}
