"""What usage's store holds of a tenant, read in several ways that must agree."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from services.kit.db.transaction import Database
from services.usage.domain.calls import Call
from services.usage.domain.quantities import Span
from services.usage.store import UsageStore
from services.usage.store.calls import CallFilter
from services.usage.usecases.read_quantities import read_quantities

YEAR = Span(date(2025, 1, 1), date(2026, 1, 1))
NOVEMBER = Span(date(2025, 11, 1), date(2025, 12, 1))

Bars = dict[tuple[int, str, int], int]


async def calls_of(db: Database[UsageStore], tenant_id: str) -> list[Call]:
    """Gives all calls, latest start first."""
    async with db.read(tenant_id) as store:
        return await store.calls.list_before(None, CallFilter(), 10_000)


async def bars_of(
    db: Database[UsageStore], tenant_id: str, as_of_time: datetime | None = None
) -> Bars:
    """Gives the histogram of the year: calls by direction, zone and seconds."""
    found = await read_quantities(db, tenant_id, YEAR, as_of_time)
    return {(bar.direction, bar.zone, bar.billable_seconds): bar.calls for bar in found.bars}


async def bars_of_calls(db: Database[UsageStore], tenant_id: str) -> Bars:
    """Gives what the histogram has to be: the calls themselves, counted."""
    calls = await calls_of(db, tenant_id)
    return dict(Counter((call.direction.value, call.zone, call.billable_seconds) for call in calls))
