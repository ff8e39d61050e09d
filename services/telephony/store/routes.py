"""Reads and writes routes."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists, NotFound
from services.telephony.domain.route import Route
from services.telephony.store.locks import ROUTES
from services.telephony.store.tables import routes

_PENDING_FROM_NOW_ON: Final = text(
    "UPDATE legs SET state = 'PENDING', queue_number = nextval('leg_queue')"
    " WHERE state = 'UNASSIGNED' AND route_code = :code"
)


class Routes:
    """The operator's routes, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self) -> None:
        """Waits until no chunk is being taken, and lets none be until the transaction ends.

        So that no leg stays unassigned because it came in while its route was given away.
        """
        await self._connection.execute(select(func.pg_advisory_xact_lock(ROUTES)))

    async def get(self, route_id: str) -> Route:
        """Gives the route; refuses with RESOURCE_NOT_FOUND."""
        query = select(routes).where(routes.c.route_id == route_id)
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"routes/{route_id}")
        return route_of_row(row)

    async def list_after(self, code: str, limit: int) -> list[Route]:
        """Gives at most `limit` routes with codes after this one, in order."""
        query = select(routes).where(routes.c.code > code).order_by(routes.c.code).limit(limit)
        return [route_of_row(row) for row in await self._connection.execute(query)]

    async def add(self, route: Route) -> None:
        """Adds a route; refuses an id or a code that is taken."""
        statement = postgresql.insert(routes).values(_values(route)).on_conflict_do_nothing()
        added = await self._connection.execute(statement.returning(routes.c.route_id))
        if added.first() is None:
            raise AlreadyExists(
                "There is a route of this id or code.", resource=f"routes/{route.route_id}"
            )

    async def save(self, route: Route) -> None:
        """Writes a route that is there."""
        await self._connection.execute(
            update(routes).where(routes.c.route_id == route.route_id).values(_values(route))
        )

    async def release_legs(self, code: str) -> int:
        """Makes the legs that waited for this code pending; returns how many."""
        return (await self._connection.execute(_PENDING_FROM_NOW_ON, {"code": code})).rowcount


def _values(route: Route) -> dict[str, Any]:
    return {
        "route_id": route.route_id,
        "code": route.code,
        "carrier": route.carrier,
        "failover_route_id": route.failover_route_id,
        "assigned_tenant_id": route.tenant_id,
        "create_time": route.create_time,
        "assign_time": route.assign_time,
    }


def route_of_row(row: Row[Any]) -> Route:
    """Gives the route that a row tells of."""
    return Route(
        route_id=row.route_id,
        code=row.code,
        carrier=row.carrier,
        create_time=row.create_time,
        tenant_id=row.assigned_tenant_id,
        assign_time=row.assign_time,
        failover_route_id=row.failover_route_id,
    )
