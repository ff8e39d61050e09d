"""Reads and writes second factors, recovery codes, and who wants one of everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.secret_box import Sealed
from services.tenancy.domain.second_factor import SecondFactor, Standing
from services.tenancy.store.tables_second_factors import (
    recovery_codes,
    second_factor_policies,
    second_factors,
)


class SecondFactors:
    """The second factors that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, tenant_id: str, user_id: str) -> SecondFactor | None:
        """Gives a user's second factor, confirmed or not; None if there is none."""
        query = select(second_factors).where(*_of(second_factors, tenant_id, user_id))
        row = (await self._connection.execute(query)).first()
        return None if row is None else _factor(row)

    async def sealed_under(self, key_ids: Collection[str], limit: int) -> list[SecondFactor]:
        """Locks and gives those whose secret is under one of these keys, if nobody has them."""
        query = (
            select(second_factors)
            .where(second_factors.c.secret_key_id.in_(key_ids))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_factor(row) for row in await self._connection.execute(query)]

    async def seal_anew(self, factor: SecondFactor, sealed: Sealed) -> None:
        """Writes the same secret, sealed otherwise."""
        await self._connection.execute(
            update(second_factors)
            .where(*_of(second_factors, factor.tenant_id, factor.user_id))
            .values(secret_key_id=sealed.key_id, secret=sealed.content)
        )

    async def begin(self, factor: SecondFactor) -> bool:
        """Writes a secret in place of one that is not confirmed; False if one is."""
        values = {
            "secret_key_id": factor.secret.key_id,
            "secret": factor.secret.content,
            "create_time": factor.create_time,
            "last_step": 0,
        }
        written = await self._connection.execute(
            postgresql.insert(second_factors)
            .values(tenant_id=factor.tenant_id, user_id=factor.user_id, **values)
            .on_conflict_do_update(
                index_elements=["tenant_id", "user_id"],
                set_=values,
                where=second_factors.c.confirm_time.is_(None),
            )
        )
        return written.rowcount > 0

    async def confirm(self, factor: SecondFactor, step: int, at: datetime) -> bool:
        """Lets a secret count from now on; False if it is another one by now, or counts."""
        changed = await self._connection.execute(
            update(second_factors)
            .where(*_of(second_factors, factor.tenant_id, factor.user_id))
            .where(second_factors.c.confirm_time.is_(None))
            .where(second_factors.c.secret == factor.secret.content)
            .values(confirm_time=at, last_step=step)
        )
        return changed.rowcount > 0

    async def use_step(self, factor: SecondFactor, step: int) -> bool:
        """Notes that a code was taken; False if it or a later one was before."""
        changed = await self._connection.execute(
            update(second_factors)
            .where(*_of(second_factors, factor.tenant_id, factor.user_id))
            .where(second_factors.c.last_step < step)
            .where(second_factors.c.secret == factor.secret.content)
            .values(last_step=step)
        )
        return changed.rowcount > 0

    async def remove(self, tenant_id: str, user_id: str) -> bool:
        """Removes a second factor with its recovery codes; False if there was none that counts."""
        await self._remove_recovery_codes(tenant_id, user_id)
        removed = await self._connection.execute(
            delete(second_factors)
            .where(*_of(second_factors, tenant_id, user_id))
            .returning(second_factors.c.confirm_time)
        )
        return removed.scalar() is not None

    async def set_recovery_codes(
        self, tenant_id: str, user_id: str, hashes: Iterable[bytes]
    ) -> None:
        """Writes the hashes of recovery codes in place of those before."""
        await self._remove_recovery_codes(tenant_id, user_id)
        key = {"tenant_id": tenant_id, "user_id": user_id}
        await self._connection.execute(
            insert(recovery_codes), [{**key, "code_hash": each} for each in hashes]
        )

    async def use_recovery_code(self, tenant_id: str, user_id: str, code_hash: bytes) -> bool:
        """Removes a recovery code; False if there is none of this hash (any more)."""
        removed = await self._connection.execute(
            delete(recovery_codes)
            .where(*_of(recovery_codes, tenant_id, user_id))
            .where(recovery_codes.c.code_hash == code_hash)
        )
        return removed.rowcount > 0

    async def count_recovery_codes(self, tenant_id: str, user_id: str) -> int:
        """Tells how many recovery codes are left."""
        query = select(func.count()).where(*_of(recovery_codes, tenant_id, user_id))
        return int((await self._connection.execute(query)).scalar_one())

    async def on_among(self, tenant_id: str, user_ids: Iterable[str]) -> frozenset[str]:
        """Tells which of these users have a second factor that counts."""
        query = select(second_factors.c.user_id).where(
            second_factors.c.tenant_id == tenant_id,
            second_factors.c.user_id.in_(list(user_ids)),
            second_factors.c.confirm_time.is_not(None),
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def standing(self, tenant_id: str, user_id: str) -> Standing:
        """Tells what a user has, and what the tenant wants."""
        is_on = user_id in await self.on_among(tenant_id, [user_id])
        return Standing(is_on, await self.is_required(tenant_id))

    async def is_required(self, tenant_id: str) -> bool:
        """Tells whether a tenant wants a second factor of everybody."""
        query = select(second_factor_policies.c.is_required).where(
            second_factor_policies.c.tenant_id == tenant_id
        )
        return bool((await self._connection.execute(query)).scalar())

    async def require(self, tenant_id: str, *, is_required: bool) -> None:
        """Writes whether a tenant wants a second factor of everybody."""
        values = {"is_required": is_required}
        await self._connection.execute(
            postgresql.insert(second_factor_policies)
            .values(tenant_id=tenant_id, **values)
            .on_conflict_do_update(index_elements=["tenant_id"], set_=values)
        )

    async def _remove_recovery_codes(self, tenant_id: str, user_id: str) -> None:
        await self._connection.execute(
            delete(recovery_codes).where(*_of(recovery_codes, tenant_id, user_id))
        )


def _of(table: Table, tenant_id: str, user_id: str) -> tuple[Any, Any]:
    return table.c.tenant_id == tenant_id, table.c.user_id == user_id


def _factor(row: Row[Any]) -> SecondFactor:
    return SecondFactor(
        tenant_id=row.tenant_id,
        user_id=row.user_id,
        secret=Sealed(row.secret_key_id, bytes(row.secret)),
        create_time=row.create_time,
        confirm_time=row.confirm_time,
    )
