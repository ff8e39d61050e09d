"""What tenants may do, as it was asked for and as the dialer has it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.telephony.domain.provisioning.blocking import ServiceState, State
from services.telephony.store.provisioning_tables import service_states
from services.telephony.store.tables_accounts import service_state_wishes


class ServiceStates:
    """States of the tenants that the transaction may see. Who has none is ACTIVE."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, tenant_id: str) -> ServiceState:
        """Gives a tenant's state."""
        query = select(service_states).where(service_states.c.tenant_id == tenant_id)
        row = (await self._connection.execute(query)).first()
        return _state(row) if row else ServiceState(tenant_id)

    async def state_of(self, tenant_id: str) -> str:
        """Gives the state's name alone."""
        return (await self.get(tenant_id)).state.value

    async def ask(
        self, tenant_id: str, state: State, reason: str, keep_inbound: bool
    ) -> ServiceState:
        """Notes what is asked for, as a new version; the same state is not asked for twice."""
        before = await self.get(tenant_id)
        if before.version and (before.state, before.keep_inbound) == (state, keep_inbound):
            return await self._give_reason(before, reason)
        values = {
            "state": state.value,
            "reason": reason,
            "keep_inbound": keep_inbound,
            "change_time": scope_of(self._connection).time,
            "apply_time": None,
        }
        statement = postgresql.insert(service_states).values(
            tenant_id=tenant_id, version=1, applied_version=0, **values
        )
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id"],
                set_={**values, "version": service_states.c.version + 1},
            )
        )
        return await self.get(tenant_id)

    async def _give_reason(self, known: ServiceState, reason: str) -> ServiceState:
        if known.reason != reason:
            # Nothing is to be done in the dialer, so this is no new version.
            of_it = service_states.c.tenant_id == known.tenant_id
            await self._connection.execute(
                update(service_states).where(of_it).values(reason=reason)
            )
        return replace(known, reason=reason)

    async def waiting(self, limit: int) -> list[ServiceState]:
        """Gives states that the dialer does not have yet, the oldest first."""
        query = (
            select(service_states)
            .where(service_states.c.applied_version < service_states.c.version)
            .order_by(service_states.c.change_time)
            .limit(limit)
        )
        return [_state(row) for row in await self._connection.execute(query)]

    async def applied(self, known: ServiceState) -> None:
        """Notes that the dialer has this version."""
        await self._connection.execute(
            update(service_states)
            .where(
                service_states.c.tenant_id == known.tenant_id,
                service_states.c.applied_version < known.version,
            )
            .values(applied_version=known.version, apply_time=scope_of(self._connection).time)
        )

    async def forget(self, tenant_id: str) -> None:
        """Forgets a tenant's state, and who wanted it."""
        for table in (service_states, service_state_wishes):
            await self._connection.execute(delete(table).where(table.c.tenant_id == tenant_id))


def _state(row: Row[Any]) -> ServiceState:
    return ServiceState(
        tenant_id=row.tenant_id,
        state=State(row.state),
        reason=row.reason,
        keep_inbound=row.keep_inbound,
        version=row.version,
        applied_version=row.applied_version,
        change_time=row.change_time,
        apply_time=row.apply_time,
    )
