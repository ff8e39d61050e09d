"""Keeps which carrier is behind a route."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.route_carrier import RouteCarrier
from services.billing.usecases import Desk
from services.billing.usecases.hold_against_costs import CHECK_LOSSES
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)


async def set_route_carrier(desk: Desk, said: RouteCarrier, once: Once[RouteCarrier, M]) -> M:
    """Keeps what was said, and has the tenant's prices held against the carrier's costs."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.route_carriers.put(said)
        if said.tenant_id:
            await store.outbox.add(CHECK_LOSSES, {"tenant_id": said.tenant_id})
        return await once.keep(store, said)
