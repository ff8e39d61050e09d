"""Reads who has agents, and keeps how many of them were there at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.telephony.domain.agent import AgentState
from services.telephony.store.tables_accounts import seat_peaks
from services.telephony.store.tables_clients import client_agents


class Seats:
    """The seats that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tenants(self) -> Sequence[str]:
        """Gives the tenants with agents that may log in, to the operator."""
        query = select(client_agents.c.tenant_id).distinct()
        query = query.where(client_agents.c.state == AgentState.ACTIVE)
        found = await self._connection.scalars(query.order_by(client_agents.c.tenant_id))
        return list(found)

    async def note_peak(self, tenant_id: str, day: date, seats: int) -> int:
        """Keeps that so many agents are logged in; gives the most of the day."""
        put = insert(seat_peaks).values(tenant_id=tenant_id, local_date=day, seats=seats)
        most = put.on_conflict_do_update(
            index_elements=["tenant_id", "local_date"],
            set_={"seats": func.greatest(seat_peaks.c.seats, seats)},
        ).returning(seat_peaks.c.seats)
        return int((await self._connection.execute(most)).scalar_one())
