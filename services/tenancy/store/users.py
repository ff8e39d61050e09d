"""Reads and writes users and their failed log-ins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists
from services.tenancy.domain.credential import ATTEMPTS_MAX, ATTEMPTS_WINDOW, User, UserState
from services.tenancy.domain.permission import Role
from services.tenancy.store.tables import login_failures, users


class Users:
    """The users that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, user: User) -> None:
        """Adds a user; refuses an address that the tenant has already."""
        added = await self._connection.execute(
            postgresql.insert(users)
            .values(_row(user))
            .on_conflict_do_nothing(index_elements=["tenant_id", "email"])
            .returning(users.c.user_id)
        )
        if added.first() is None:
            raise AlreadyExists("There is a user of this address.", email=user.email)

    async def set(self, user: User) -> None:
        """Writes a user that is there already; its address and its password stay."""
        kept = ("tenant_id", "user_id", "email", "password_hash", "create_time")
        await self._connection.execute(
            update(users)
            .where(users.c.tenant_id == user.tenant_id, users.c.user_id == user.user_id)
            .values({name: value for name, value in _row(user).items() if name not in kept})
        )

    async def set_password(self, user: User, before: str) -> bool:
        """Writes a password's hash in place of the one before; False if it is not that one."""
        changed = await self._connection.execute(
            update(users)
            .where(
                users.c.tenant_id == user.tenant_id,
                users.c.user_id == user.user_id,
                users.c.password_hash == before,
            )
            .values(password_hash=user.password_hash)
        )
        return changed.rowcount > 0

    async def set_email(self, user: User, before: User) -> bool:
        """Writes an address in place of the one before; False if it is not that one."""
        changed = await self._connection.execute(
            update(users)
            .where(
                users.c.tenant_id == user.tenant_id,
                users.c.user_id == user.user_id,
                users.c.email == before.email,
            )
            .values(email=user.email)
        )
        return changed.rowcount > 0

    async def find(self, tenant_id: str, user_id: str) -> User | None:
        """Gives the user, or None."""
        return await self._first(users.c.tenant_id == tenant_id, users.c.user_id == user_id)

    async def find_by_email(self, tenant_id: str, email: str) -> User | None:
        """Gives the user of an address in lower case, or None."""
        return await self._first(users.c.tenant_id == tenant_id, users.c.email == email)

    async def list_leading(self, tenant_id: str) -> list[User]:
        """Gives the users who may lead a tenant and log in."""
        query = select(users).where(
            users.c.tenant_id == tenant_id,
            users.c.role.in_([Role.OWNER.value, Role.ADMIN.value]),
            users.c.state == UserState.ACTIVE.value,
        )
        return [_user(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_after(self, tenant_id: str, email: str, limit: int) -> list[User]:
        """Gives at most `limit` users with addresses after this one, in order."""
        query = (
            select(users)
            .where(users.c.tenant_id == tenant_id, users.c.email > email)
            .order_by(users.c.email)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return [_user(row) for row in rows.mappings()]

    async def failures(self, tenant_id: str, email: str) -> list[datetime]:
        """Gives when log-ins with an address failed of late, newest first."""
        query = (
            select(login_failures.c.failure_time)
            .where(login_failures.c.tenant_id == tenant_id, login_failures.c.email == email)
            .order_by(login_failures.c.failure_time.desc())
            .limit(ATTEMPTS_MAX)
        )
        return [row.failure_time for row in await self._connection.execute(query)]

    async def add_failure(self, tenant_id: str, email: str, at: datetime) -> None:
        """Notes a failed log-in, and forgets those that do not count any more."""
        await self._connection.execute(
            delete(login_failures).where(
                login_failures.c.tenant_id == tenant_id,
                login_failures.c.failure_time < at - ATTEMPTS_WINDOW,
            )
        )
        await self._connection.execute(
            insert(login_failures).values(tenant_id=tenant_id, email=email, failure_time=at)
        )

    async def clear_failures(self, tenant_id: str, email: str) -> None:
        """Forgets the failed log-ins with an address."""
        await self._connection.execute(
            delete(login_failures).where(
                login_failures.c.tenant_id == tenant_id, login_failures.c.email == email
            )
        )

    async def _first(self, *where: Any) -> User | None:
        row = (await self._connection.execute(select(users).where(*where))).mappings().first()
        return _user(row) if row else None


def _row(user: User) -> dict[str, Any]:
    return {
        "tenant_id": user.tenant_id,
        "user_id": user.user_id,
        "email": user.email,
        "display_name": user.display_name,
        "role": user.role.value,
        "password_hash": user.password_hash,
        "create_time": user.create_time,
        "state": user.state.value,
    }


def _user(row: RowMapping) -> User:
    return User(
        tenant_id=row["tenant_id"],
        user_id=row["user_id"],
        email=row["email"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        create_time=row["create_time"],
        password_hash=row["password_hash"],
        state=UserState(row["state"]),
    )
