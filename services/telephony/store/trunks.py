"""Reads and writes trunks, and how far they are in each host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, select, text, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.errors import NotFound
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState
from services.telephony.domain.route import Route
from services.telephony.domain.trunk import Trunk, TrunkHost, TrunkState
from services.telephony.store.dialer_objects import DialerObjects
from services.telephony.store.routes import route_of_row
from services.telephony.store.tables import routes
from services.telephony.store.tables_carriers import trunk_hosts, trunks

_TOUCH: Final = (
    "UPDATE trunks SET version = version + 1, update_time = :now WHERE tenant_id = ANY(:tenants)"
)
_TOUCH_HOSTS: Final = (
    "UPDATE trunk_hosts SET state = 'PENDING', reason = '', next_time = :now"
    " WHERE tenant_id = ANY(:tenants)"
)


class Trunks:
    """Trunks, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, tenant_id: str, *, for_update: bool = False) -> Trunk:
        """Gives the tenant's trunk; refuses with RESOURCE_NOT_FOUND."""
        query = select(trunks).where(trunks.c.tenant_id == tenant_id)
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}")
        return _trunk(row)

    async def campaign_columns(self, tenant_id: str) -> Mapping[str, str]:
        """Gives the columns of a campaign whose calls take the tenant's trunk; {} without one."""
        query = select(trunks).where(
            trunks.c.tenant_id == tenant_id, trunks.c.is_removed.is_(False)
        )
        row = (await self._connection.execute(query)).first()
        return _trunk(row).campaign_columns() if row is not None else {}

    async def add(self, trunk: Trunk, hosts: Sequence[tuple[str, str]]) -> None:
        """Adds a trunk that is to be applied to these hosts; one that is there stays."""
        now = scope_of(self._connection).time
        values = {name: getattr(trunk, name) for name in Trunk.__slots__}
        statement = postgresql.insert(trunks).values(**values, update_time=now)
        await self._connection.execute(
            statement.on_conflict_do_nothing(index_elements=["tenant_id"])
        )
        await self.add_hosts(trunk.tenant_id, hosts)

    async def add_hosts(self, tenant_id: str, hosts: Sequence[tuple[str, str]]) -> None:
        """Adds hosts that the trunk is to be in; those that it is in stay as they are."""
        if not hosts:
            return
        now = scope_of(self._connection).time
        rows = [
            {
                "tenant_id": tenant_id, "cluster": cluster, "host": host, "version": 0,
                "state": TrunkState.PENDING.value, "calls_max": 0, "next_time": now,
            }
            for cluster, host in hosts
        ]  # fmt: skip
        await self._connection.execute(
            postgresql.insert(trunk_hosts).values(rows).on_conflict_do_nothing()
        )

    async def touch(self, tenant_ids: Sequence[str]) -> None:
        """Has the trunks of these tenants applied anew."""
        values = {"tenants": list(tenant_ids), "now": scope_of(self._connection).time}
        await self._connection.execute(text(_TOUCH), values)
        await self._connection.execute(text(_TOUCH_HOSTS), values)

    async def touch_carrier(self, carrier_id: str) -> list[str]:
        """Has the trunks of all tenants with a route through this carrier applied anew.

        Gives the tenants.
        """
        query = select(routes.c.assigned_tenant_id).where(
            routes.c.carrier == carrier_id, routes.c.assigned_tenant_id.is_not(None)
        )
        tenants = list((await self._connection.execute(query.distinct())).scalars().all())
        await self.touch(tenants)
        return tenants

    async def set(self, tenant_id: str, **values: bool) -> None:
        """Opens, shuts, removes or restores a trunk, and has it applied."""
        statement = update(trunks).where(trunks.c.tenant_id == tenant_id).values(**values)
        await self._connection.execute(statement)
        await self.touch([tenant_id])

    async def settle_hosts(self, hosts: Sequence[tuple[str, str]]) -> None:
        """Has every trunk in these hosts, and in no others."""
        rows: Any = await self._connection.execute(
            select(trunks.c.tenant_id).where(~trunks.c.is_removed)
        )
        for tenant_id in rows.scalars().all():
            await self.add_hosts(tenant_id, hosts)
        here = tuple_(trunk_hosts.c.cluster, trunk_hosts.c.host)
        await self._connection.execute(delete(trunk_hosts).where(here.not_in(list(hosts))))

    async def due(self, limit: int) -> list[TrunkHost]:
        """Gives what is to be looked at now, longest due first."""
        now = scope_of(self._connection).time
        query = (
            select(trunk_hosts)
            .where(trunk_hosts.c.next_time <= now)
            .order_by(trunk_hosts.c.next_time)
            .limit(limit)
        )
        return [_host(row) for row in await self._connection.execute(query)]

    async def of_tenant(self, tenant_id: str) -> list[TrunkHost]:
        """Gives how far the tenant's trunk is, host by host."""
        query = (
            select(trunk_hosts)
            .where(trunk_hosts.c.tenant_id == tenant_id)
            .order_by(trunk_hosts.c.cluster, trunk_hosts.c.host)
        )
        return [_host(row) for row in await self._connection.execute(query)]

    async def of_tenants(self, tenant_ids: Sequence[str]) -> list[TrunkHost]:
        """Gives how far the trunks of these tenants are."""
        query = select(trunk_hosts).where(trunk_hosts.c.tenant_id.in_(tenant_ids))
        return [_host(row) for row in await self._connection.execute(query)]

    async def note(self, known: TrunkHost, wait: timedelta) -> None:
        """Writes how far a trunk is in a host, and looks again after a while.

        What somebody has asked to be applied anew meanwhile stays so.
        """
        now = scope_of(self._connection).time
        wanted = select(trunks.c.version).where(trunks.c.tenant_id == known.tenant_id)
        await self._connection.execute(
            update(trunk_hosts)
            .where(*_key(known), wanted.scalar_subquery() == known.version)
            .values(
                state=known.state.value,
                reason=known.reason,
                version=known.version,
                apply_time=known.apply_time,
                verify_time=known.verify_time,
                next_time=now + wait,
            )
        )

    async def grant(self, known: TrunkHost, calls_max: int) -> None:
        """Writes the host's share of the tenant's cap, and has its entry written anew."""
        values = {
            "calls_max": calls_max,
            "state": TrunkState.PENDING.value,
            "next_time": scope_of(self._connection).time,
        }
        await self._connection.execute(update(trunk_hosts).where(*_key(known)).values(values))

    async def register_row(self, tenant_id: str, row_id: str, server_ip: str) -> None:
        """Says in the map of the dialer's objects whose the row is, before it is written.

        Its texts are not in the map: they hold secrets.
        """
        fields = {"server_ip": server_ip, "active": "Y"}
        row = DialerObject(tenant_id, Kind.CARRIER, row_id, state=ObjectState.ACTIVE, fields=fields)
        known = await DialerObjects(self._connection).list(tenant_id, [Kind.CARRIER])
        if row_id not in {each.object_id for each in known}:
            await DialerObjects(self._connection).put(row)

    async def forget_host(self, known: TrunkHost, row_id: str) -> None:
        """Forgets a trunk in a host that has it no more, and the trunk with its last host."""
        await self._connection.execute(delete(trunk_hosts).where(*_key(known)))
        await DialerObjects(self._connection).remove(known.tenant_id, Kind.CARRIER, row_id)
        if not await self.of_tenant(known.tenant_id):
            await self._connection.execute(
                delete(trunks).where(trunks.c.tenant_id == known.tenant_id, trunks.c.is_removed)
            )

    async def routes_of(self, tenant_id: str) -> list[Route]:
        """Gives the tenant's routes, oldest first."""
        query = select(routes).where(routes.c.assigned_tenant_id == tenant_id)
        rows = await self._connection.execute(query.order_by(routes.c.create_time, routes.c.code))
        return [route_of_row(row) for row in rows]


def _key(known: TrunkHost) -> tuple[Any, ...]:
    return (
        trunk_hosts.c.tenant_id == known.tenant_id,
        trunk_hosts.c.cluster == known.cluster,
        trunk_hosts.c.host == known.host,
    )


def _trunk(row: Row[Any]) -> Trunk:
    return Trunk(**{name: getattr(row, name) for name in Trunk.__slots__})


def _host(row: Row[Any]) -> TrunkHost:
    apply_time: datetime | None = row.apply_time
    return TrunkHost(
        tenant_id=row.tenant_id,
        cluster=row.cluster,
        host=row.host,
        state=TrunkState(row.state),
        reason=row.reason,
        version=row.version,
        calls_max=row.calls_max,
        apply_time=apply_time,
        verify_time=row.verify_time,
    )
