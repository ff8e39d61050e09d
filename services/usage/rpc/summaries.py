"""UsageSummaryService: what a month has used so far."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from services.kit.aip.resource_name import possible_tenant_id
from services.kit.clock import Clock
from services.usage.domain.month import span_of_month
from services.usage.domain.quantities import Span
from services.usage.rpc.names import UsageSummaryName
from services.usage.store.summaries import Summaries
from veneer.usage.v1 import usage_summary_service_pb2 as pb
from veneer.usage.v1 import usage_summary_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class UsageSummaryService(rpc.UsageSummaryServiceServicer):
    """veneer.usage.v1.UsageSummaryService."""

    def __init__(self, summaries: Summaries, clock: Clock) -> None:
        self._summaries, self._clock = summaries, clock

    async def GetUsageSummary(
        self, request: pb.GetUsageSummaryRequest, context: Context
    ) -> pb.UsageSummary:
        name = UsageSummaryName.parse(request.name)
        span = Span(*span_of_month(name.usage_summary))
        summary = await self._summaries.of_span(possible_tenant_id(name.tenant), span)
        answer = pb.UsageSummary(
            name=request.name,
            call_count=sum(day.calls for day in summary.days),
            answered_call_count=sum(day.answered_calls for day in summary.days),
            billable_seconds=sum(day.billable_seconds for day in summary.days),
            did_count=summary.did_count,
            days=[_day(*day) for day in summary.days],  # type: ignore[misc]
        )
        answer.as_of_time.FromDatetime(summary.as_of_time or self._clock.now())
        return answer


def _day(day: date, calls: int, answered_calls: int, billable_seconds: int) -> dict[str, Any]:
    # Dictionaries are taken for messages, in a third of the time that messages in messages take:
    # a client's dashboard asks for a month of them all the time.
    return {
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "call_count": calls,
        "answered_call_count": answered_calls,
        "billable_seconds": billable_seconds,
    }
