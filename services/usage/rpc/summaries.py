"""UsageSummaryService: what a month has used so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.db.transaction import Database
from services.usage.domain.month import span_of_month
from services.usage.domain.quantities import Span
from services.usage.rpc import wire
from services.usage.rpc.names import UsageSummaryName, possible_tenant
from services.usage.store import UsageStore
from veneer.usage.v1 import usage_summary_service_pb2 as pb
from veneer.usage.v1 import usage_summary_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class UsageSummaryService(rpc.UsageSummaryServiceServicer):
    """veneer.usage.v1.UsageSummaryService."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db

    async def GetUsageSummary(
        self, request: pb.GetUsageSummaryRequest, context: Context
    ) -> pb.UsageSummary:
        name = UsageSummaryName.parse(request.name)
        span = Span(*span_of_month(name.usage_summary))
        async with self._db.read(possible_tenant(name.tenant)) as store:
            summary = await store.summaries.of_span(span)
        answer = pb.UsageSummary(
            name=request.name,
            call_count=sum(day.calls for day in summary.days),
            answered_call_count=sum(day.answered_calls for day in summary.days),
            billable_seconds=sum(day.billable_seconds for day in summary.days),
            did_count=summary.did_count,
            days=[
                pb.UsageSummary.Day(
                    date=wire.wire_date(day.local_date),
                    call_count=day.calls,
                    answered_call_count=day.answered_calls,
                    billable_seconds=day.billable_seconds,
                )
                for day in summary.days
                if day.calls
            ],
        )
        answer.as_of_time.FromDatetime(summary.as_of_time or self._db.clock.now())
        return answer
