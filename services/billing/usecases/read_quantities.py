"""Reads what was used in a month, by a tenant and by everybody below it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.billing.domain.month import Month
from services.billing.domain.quantities import (
    MonthQuantities,
    Span,
    SpanQuantities,
    mean_of_days,
    merged,
)
from services.billing.partners.usage import Reading, Usage
from services.billing.usecases import Desk

# So many tenants of one tree are asked for at once: usage has other callers too.
_CONCURRENCY = 8


async def read_quantities(
    desk: Desk,
    tenant_id: str,
    month: Month,
    spans: Sequence[Span],
    as_of_time: datetime | None = None,
) -> MonthQuantities:
    """Reads what a tenant is charged for: what it and everybody below it used.

    All of it as stored before one instant, now if None; each tenant by its own local dates.
    """
    parts = await read_parts(desk, tenant_id, month, spans, as_of_time)
    return merged(list(parts.values()))


async def read_parts(
    desk: Desk,
    tenant_id: str,
    month: Month,
    spans: Sequence[Span],
    as_of_time: datetime | None = None,
) -> Mapping[str, MonthQuantities]:
    """Reads the same by who used it: the tenant first, then everybody below it."""
    first, *others = (await desk.directory.tree()).below(tenant_id)
    own = await _read(desk.usage, first, month, spans, as_of_time)
    gate = asyncio.Semaphore(_CONCURRENCY)

    async def read(other: str) -> MonthQuantities:
        async with gate:
            return await _read(desk.usage, other, month, spans, own.as_of_time)

    found = await asyncio.gather(*map(read, others))
    return {first: own, **dict(zip(others, found, strict=True))}


async def _read(
    usage: Usage,
    tenant_id: str,
    month: Month,
    spans: Sequence[Span],
    as_of_time: datetime | None,
) -> MonthQuantities:
    """Reads a month cut into spans.

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
