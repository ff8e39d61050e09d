"""Reads the quantities of a span, the same for ever for the same instant."""

from __future__ import annotations

from datetime import datetime

from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.usage.domain.quantities import Quantities, Span, check_span
from services.usage.store import UsageStore
from services.usage.store.ingest_state import IngestState


async def read_quantities(
    db: Database[UsageStore], tenant_id: str, span: Span, as_of_time: datetime | None
) -> Quantities:
    """Gives what was stored before `as_of_time`, so far if None; refuses an instant to come."""
    check_span(span)
    async with db.transaction(tenant_id) as store:
        instant = await _sealed(store.state, as_of_time, db.clock.now())
        return Quantities(
            bars=await store.quantities.bars(span, instant),
            meter_totals=await store.quantities.meter_totals(span, instant),
            as_of_time=instant,
        )


async def _sealed(state: IngestState, as_of_time: datetime | None, now: datetime) -> datetime:
    if as_of_time is None:
        return await state.seal_all(now)
    # An instant that was given as an answer is sealed, even if this clock is behind.
    if not await state.is_sealed(as_of_time):
        if as_of_time > now:
            raise InvalidRequest.at("as_of_time", "Must not be in the future.")
        await state.seal(as_of_time)
    return as_of_time
