"""Creates routes and gives them to tenants, and with them the legs that waited."""

from __future__ import annotations

from datetime import datetime

from services.telephony.domain.route import Route, assign, checked
from services.telephony.store import TelephonyStore


async def create_route(store: TelephonyStore, route: Route) -> Route:
    """Adds a route; legs that came in under its code are charged to its tenant, if it has one."""
    checked(route)
    await store.routes.lock()
    await store.routes.add(route)
    if route.tenant_id is not None:
        await store.routes.release_legs(route.code)
    return route


async def assign_route(
    store: TelephonyStore, route_id: str, tenant_id: str, now: datetime
) -> Route:
    """Gives a route to a tenant; its legs become pending in the same transaction, once.

    Refuses with ROUTE_ASSIGNED if it is another tenant's.
    """
    await store.routes.lock()
    before = await store.routes.get(route_id)
    route = assign(before, tenant_id, now)
    if route != before:
        await store.routes.save(route)
        await store.routes.release_legs(route.code)
    return route
