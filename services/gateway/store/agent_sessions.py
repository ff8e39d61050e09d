"""Sessions of agents at the agent page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables import agent_sessions as table
from services.kit.db.scope import Scope


@dataclass(frozen=True, slots=True, repr=False)
class AgentSession:
    """One log-in of one agent; not shown when it is printed, for its key."""

    token_digest: bytes
    agent: str
    login_digest: bytes
    key: bytes
    campaign: str
    expire_time: datetime


class AgentSessions:
    """The sessions of the transaction's tenant's agents."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope

    async def add(self, session: AgentSession) -> None:
        """Keeps a new session in place of the agent's earlier ones, and drops what has expired."""
        await self._connection.execute(
            delete(table)
            .where(table.c.tenant_id == self._scope.tenant_id)
            .where((table.c.agent == session.agent) | (table.c.expire_time <= self._scope.time))
        )
        values = {"tenant_id": self._scope.tenant_id, **asdict(session)}
        await self._connection.execute(insert(table).values(values))

    async def find(self, token_digest: bytes) -> AgentSession | None:
        """Gives a session that is not over, or None."""
        query = select(*(column for column in table.c if column.name != "tenant_id")).where(
            table.c.tenant_id == self._scope.tenant_id,
            table.c.token_digest == token_digest,
            table.c.expire_time > self._scope.time,
        )
        row = (await self._connection.execute(query)).first()
        return AgentSession(**row._mapping) if row else None

    async def choose(self, token_digest: bytes, campaign: str) -> None:
        """Notes the campaign that the agent takes."""
        await self._connection.execute(
            update(table)
            .where(table.c.tenant_id == self._scope.tenant_id)
            .where(table.c.token_digest == token_digest)
            .values(campaign=campaign)
        )

    async def remove(self, token_digest: bytes) -> None:
        """Ends a session for good."""
        await self._connection.execute(
            delete(table)
            .where(table.c.tenant_id == self._scope.tenant_id)
            .where(table.c.token_digest == token_digest)
        )
