"""Records readings; the same again changes nothing, another quantity is a correction."""

from __future__ import annotations

from collections.abc import Sequence

from services.kit.db.transaction import Database
from services.usage.domain.measurement import Measurement, check
from services.usage.store import UsageStore


async def record_measurements(
    db: Database[UsageStore], tenant_id: str, measurements: Sequence[Measurement]
) -> None:
    """Stores readings of one tenant, all or none; refuses with INVALID_REQUEST."""
    check(measurements)
    async with db.transaction(tenant_id) as store:
        stored_time = await store.state.next_stored_time(db.clock.now())
        await store.measurements.record(measurements, stored_time)
