"""Reads the quantities of a span, the same for ever for the same instant."""

from __future__ import annotations

from datetime import datetime

from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.usage.domain.quantities import Quantities, Span, check_span
from services.usage.store import UsageStore


async def read_quantities(
    db: Database[UsageStore], tenant_id: str, span: Span, as_of_time: datetime | None
) -> Quantities:
    """Gives what was stored before `as_of_time`, now if None; refuses an instant to come."""
    check_span(span)
    now = db.clock.now()
    instant = now if as_of_time is None else as_of_time
    if instant > now:
        raise InvalidRequest.at("as_of_time", "Must not be in the future.")
    async with db.transaction(tenant_id) as store:
        if not await store.state.is_sealed(instant):
            await store.state.seal(instant)
        return Quantities(
            bars=await store.quantities.bars(span, instant),
            meter_totals=await store.quantities.meter_totals(span, instant),
            as_of_time=instant,
        )
