"""Reads and writes invitations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists
from services.tenancy.domain.invitation import Invitation
from services.tenancy.domain.permission import Role
from services.tenancy.store.tables_invitations import invitations


class Invitations:
    """The invitations that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, invitation: Invitation) -> None:
        """Adds an invitation; refuses an address that is invited already."""
        added = await self._connection.execute(
            postgresql.insert(invitations)
            .values(
                tenant_id=invitation.tenant_id,
                invitation_id=invitation.invitation_id,
                email=invitation.email,
                role=invitation.role.value,
                token_hash=invitation.token_hash,
                create_time=invitation.create_time,
                expire_time=invitation.expire_time,
                notice_id=invitation.notice_id,
            )
            .on_conflict_do_nothing(index_elements=["tenant_id", "email"])
            .returning(invitations.c.invitation_id)
        )
        if added.first() is None:
            raise AlreadyExists(
                "This address has been invited already. Make a new link instead.",
                email=invitation.email,
            )

    async def set_link(self, invitation: Invitation) -> None:
        """Writes another token's hash, until when it is good, and the mail that it is sent by."""
        await self._connection.execute(
            update(invitations)
            .where(*_of(invitation.tenant_id, invitation.invitation_id))
            .values(
                token_hash=invitation.token_hash,
                expire_time=invitation.expire_time,
                notice_id=invitation.notice_id,
            )
        )

    async def lock(self, tenant_id: str, invitation_id: str) -> Invitation | None:
        """Gives an invitation, or None, and lets nobody else take it meanwhile."""
        return await self._first(*_of(tenant_id, invitation_id))

    async def lock_by_token(self, tenant_id: str, token_hash: bytes) -> Invitation | None:
        """Gives the invitation of a link, or None, and lets nobody else take it meanwhile."""
        return await self._first(
            invitations.c.tenant_id == tenant_id, invitations.c.token_hash == token_hash
        )

    async def remove(self, invitation: Invitation) -> None:
        """Removes an invitation that was taken up, or back."""
        await self._connection.execute(
            delete(invitations).where(*_of(invitation.tenant_id, invitation.invitation_id))
        )

    async def list_after(self, tenant_id: str, email: str, limit: int) -> list[Invitation]:
        """Gives at most `limit` invitations to addresses after this one, in order."""
        query = (
            select(invitations)
            .where(invitations.c.tenant_id == tenant_id, invitations.c.email > email)
            .order_by(invitations.c.email)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return [_invitation(row) for row in rows.mappings()]

    async def _first(self, *where: Any) -> Invitation | None:
        query = select(invitations).where(*where).with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return _invitation(row) if row else None


def _of(tenant_id: str, invitation_id: str) -> tuple[Any, Any]:
    return invitations.c.tenant_id == tenant_id, invitations.c.invitation_id == invitation_id


def _invitation(row: RowMapping) -> Invitation:
    return Invitation(
        tenant_id=row["tenant_id"],
        invitation_id=row["invitation_id"],
        email=row["email"],
        role=Role(row["role"]),
        create_time=row["create_time"],
        expire_time=row["expire_time"],
        token_hash=bytes(row["token_hash"]),
        notice_id=row["notice_id"],
    )
