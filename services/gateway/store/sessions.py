"""Sessions of people who have logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables import sessions
from services.kit.db.scope import Scope


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in of one user. `token_digest` is the SHA-256 of its cookie."""

    token_digest: bytes
    subject: str
    display_name: str
    create_time: datetime
    idle_expire_time: datetime
    expire_time: datetime
    device: str = ""
    is_vouched_for: bool = False
    # Resource name of the access that support looks by; empty for the tenant's own people.
    support_access: str = ""

    def is_over(self, now: datetime) -> bool:
        """Tells whether it was left unused for too long, or is too old."""
        return now >= min(self.idle_expire_time, self.expire_time)


class Sessions:
    """The sessions of the transaction's tenant."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._scope, self._now = connection, scope, scope.time

    @property
    def _tenant_id(self) -> str:
        assert self._scope.tenant_id is not None, "sessions are read and written for one tenant"
        return self._scope.tenant_id

    async def add(self, session: Session) -> None:
        """Keeps a new session."""
        values = {
            "tenant_id": self._tenant_id,
            "token_digest": session.token_digest,
            "subject": session.subject,
            "display_name": session.display_name,
            "create_time": session.create_time,
            "idle_expire_time": session.idle_expire_time,
            "expire_time": session.expire_time,
            "device": session.device,
            "is_vouched_for": session.is_vouched_for,
            "support_access": session.support_access,
        }
        await self._connection.execute(insert(sessions).values(values))

    async def find(self, token_digest: bytes) -> Session | None:
        """Gives a session that has been neither revoked nor left to expire, or None."""
        query = (
            select(sessions)
            .where(sessions.c.tenant_id == self._tenant_id)
            .where(sessions.c.token_digest == token_digest)
            .where(sessions.c.revoke_time.is_(None))
        )
        row = (await self._connection.execute(query)).first()
        session = _session(row) if row else None
        return None if session is None or session.is_over(self._now) else session

    async def prolong(self, token_digest: bytes, idle_expire_time: datetime) -> None:
        """Moves the end of a session that is in use; never back."""
        await self._connection.execute(
            update(sessions)
            .where(sessions.c.tenant_id == self._tenant_id)
            .where(sessions.c.token_digest == token_digest)
            .where(sessions.c.idle_expire_time < idle_expire_time)
            .values(idle_expire_time=idle_expire_time)
        )

    async def revoke(self, token_digest: bytes) -> None:
        """Ends a session for good."""
        await self._connection.execute(
            update(sessions)
            .where(sessions.c.tenant_id == self._tenant_id)
            .where(sessions.c.token_digest == token_digest)
            .where(sessions.c.revoke_time.is_(None))
            .values(revoke_time=self._now)
        )

    async def list_of(self, subject: str) -> list[Session]:
        """Gives a user's sessions that have neither ended nor been revoked, newest first."""
        query = (
            select(sessions)
            .where(sessions.c.tenant_id == self._tenant_id)
            .where(sessions.c.subject == subject)
            .where(sessions.c.revoke_time.is_(None))
            .order_by(sessions.c.create_time.desc())
        )
        found = map(_session, await self._connection.execute(query))
        return [session for session in found if not session.is_over(self._now)]

    async def remove_over(self) -> None:
        """Removes what has expired."""
        await self._connection.execute(
            delete(sessions)
            .where(sessions.c.tenant_id == self._tenant_id)
            .where(sessions.c.idle_expire_time <= self._now)
        )


def _session(row: Row[Any]) -> Session:
    return Session(
        token_digest=bytes(row.token_digest),
        subject=row.subject,
        display_name=row.display_name,
        create_time=row.create_time,
        idle_expire_time=row.idle_expire_time,
        expire_time=row.expire_time,
        device=row.device,
        is_vouched_for=row.is_vouched_for,
        support_access=row.support_access,
    )
