"""Reads and writes agents."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists, NotFound
from services.telephony.domain.agent import Agent, AgentState
from services.telephony.store.tables_clients import client_agents as table


class Agents:
    """The agents that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, tenant_id: str, agent_id: str, *, for_update: bool = False) -> Agent:
        """Gives an agent; refuses with RESOURCE_NOT_FOUND."""
        query = select(table).where(table.c.tenant_id == tenant_id, table.c.agent_id == agent_id)
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/agents/{agent_id}")
        return _agent(row)

    async def list_after(self, tenant_id: str, agent_id: str, limit: int) -> list[Agent]:
        """Gives at most `limit` agents with ids after this one, in order."""
        query = (
            select(table)
            .where(table.c.tenant_id == tenant_id, table.c.agent_id > agent_id)
            .order_by(table.c.agent_id)
            .limit(limit)
        )
        return [_agent(row) for row in await self._connection.execute(query)]

    async def by_numbers(self, tenant_id: str) -> dict[int, tuple[str, str]]:
        """Gives id and display name of every agent by its number."""
        query = select(table.c.number, table.c.agent_id, table.c.display_name)
        found = await self._connection.execute(query.where(table.c.tenant_id == tenant_id))
        return {row.number: (row.agent_id, row.display_name) for row in found}

    async def count_active(self, tenant_id: str) -> int:
        """Counts those that may log in."""
        query = select(func.count()).where(
            table.c.tenant_id == tenant_id, table.c.state == AgentState.ACTIVE
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def last_number(self, tenant_id: str) -> int:
        """Gives the greatest number that any has had; 0 if there are none."""
        query = select(func.coalesce(func.max(table.c.number), 0))
        query = query.where(table.c.tenant_id == tenant_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, agent: Agent) -> None:
        """Adds an agent; refuses with RESOURCE_ALREADY_EXISTS."""
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(insert(table).values(**asdict(agent)))
        except IntegrityError as error:
            name = f"tenants/{agent.tenant_id}/agents/{agent.agent_id}"
            raise AlreadyExists("There is such an agent already.", resource=name) from error

    async def save(self, agent: Agent) -> None:
        """Writes an agent as it is now asked for."""
        values = asdict(agent)
        del values["applied_version"]
        await self._connection.execute(update(table).where(*_is(agent)).values(**values))

    async def note_applied(self, agent: Agent) -> bool:
        """Notes that the dialer has the agent as it is here, and forgets the password.

        Gives False if another one is asked for meanwhile.
        """
        noted = await self._connection.execute(
            update(table)
            .where(*_is(agent), table.c.version == agent.version)
            .values(applied_version=agent.version, pending_password=None)
        )
        return noted.rowcount == 1


def _is(agent: Agent) -> tuple[Any, ...]:
    return table.c.tenant_id == agent.tenant_id, table.c.agent_id == agent.agent_id


def _agent(row: Row[Any]) -> Agent:
    return Agent(**{**row._mapping, "state": AgentState(row.state)})
