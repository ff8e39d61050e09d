"""Reads what was used in a month."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from services.billing.domain.month import Month
from services.billing.domain.quantities import (
    MonthQuantities,
    Span,
    SpanQuantities,
    mean_of_days,
)
from services.billing.partners.usage import Reading, Usage


async def read_quantities(
    usage: Usage,
    tenant_id: str,
    month: Month,
    spans: Sequence[Span],
    as_of_time: datetime | None = None,
) -> MonthQuantities:
    """Reads a month cut into spans, all of it as stored before one instant (now if None).

    What is charged by the month is read for the month, because days do not add up: a DID that is
    held in two spans is one DID.
    """
    whole = await usage.read(tenant_id, Span(month.first_date, month.end_date), as_of_time)
    parts: Sequence[Reading] = [whole]
    if len(spans) > 1:
        reads = (usage.read(tenant_id, span, whole.as_of_time) for span in spans)
        parts = await asyncio.gather(*reads)
    return MonthQuantities(
        month=month,
        as_of_time=whole.as_of_time,
        did_count=whole.dids.subject_count,
        data_gigabytes=mean_of_days(whole.storage.sum, whole.storage.day_count),
        spans=tuple(
            SpanQuantities(span, part.calls, part.support.sum)
            for span, part in zip(spans, parts, strict=True)
        ),
        named_seat_count=whole.named_seats.subject_count,
        peak_seat_count=int(whole.peak_seats.greatest_day),
        api_call_count=int(whole.api_calls.sum),
    )
