"""Creates routes and gives them to tenants, and with them the legs that waited."""

from __future__ import annotations

from datetime import datetime

from services.telephony.domain.route import Route, assign, checked, checked_failover
from services.telephony.store import TelephonyStore

ROUTE_CARRIER = "route-carrier"
TENANT_ROUTED = "dialer-tenant-routed"


async def create_route(store: TelephonyStore, route: Route) -> Route:
    """Adds a route; legs that came in under its code are charged to its tenant, if it has one."""
    checked(route)
    await store.carriers.get(route.carrier)
    await store.routes.lock()
    if route.failover_route_id is not None:
        checked_failover(route, await store.routes.get(route.failover_route_id))
    await store.routes.add(route)
    await tell_carrier(store, route)
    if route.tenant_id is not None:
        await store.trunks.touch([route.tenant_id])
        await store.outbox.add(TENANT_ROUTED, {"tenant_id": route.tenant_id})
        await store.routes.release_legs(route.code)
    return route


async def tell_carrier(store: TelephonyStore, route: Route) -> None:
    """Records that billing is to learn which carrier is behind the route, and whose it is."""
    payload = {"route": route.route_id, "carrier": route.carrier, "tenant": route.tenant_id or ""}
    await store.outbox.add(ROUTE_CARRIER, payload)


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
        await tell_carrier(store, route)
        await store.trunks.touch([tenant_id])
        await store.outbox.add(TENANT_ROUTED, {"tenant_id": tenant_id})
        await store.routes.release_legs(route.code)
    return route
