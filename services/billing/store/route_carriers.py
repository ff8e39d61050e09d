"""Reads and writes which carrier is behind which route; for operator transactions alone."""

from __future__ import annotations

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.route_carrier import RouteCarrier
from services.billing.store.tables_costs import route_carriers


class RouteCarriers:
    """The carriers of the routes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, said: RouteCarrier) -> None:
        """Keeps what was said last; a route that was given to a tenant stays its own.

        What telephony says may overtake itself: that a route was created comes after that it was
        given away, now and then.
        """
        values = {
            "route": said.route,
            "carrier": said.carrier,
            "buyer_id": said.tenant_id,
            "update_time": said.update_time,
        }
        statement = insert(route_carriers).values(values)
        new = statement.excluded.buyer_id
        buyer = case((new == "", route_carriers.c.buyer_id), else_=new)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["route"],
                set_={**values, "buyer_id": buyer},
            )
        )

    async def all(self) -> list[RouteCarrier]:
        """Gives all of them, ordered by route."""
        return await self.list_after("", None)

    async def list_after(self, route: str, limit: int | None) -> list[RouteCarrier]:
        """Gives at most `limit`, ordered by route, from behind `route` on."""
        query = (
            select(route_carriers)
            .where(route_carriers.c.route > route)
            .order_by(route_carriers.c.route)
            .limit(limit)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [
            RouteCarrier(row["route"], row["carrier"], row["buyer_id"], row["update_time"])
            for row in rows
        ]
