"""The map: which objects of the dialer are whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.errors import AlreadyExists, NotFound
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.objects import (
    DialerObject,
    Fields,
    Kind,
    ObjectState,
)
from services.telephony.store.provisioning_tables import (
    dialer_objects,
    dialer_tenant_numbers,
    dialer_tenants,
)


class DialerTenants:
    """Numbers of tenants in the dialer."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, tenant_id: str) -> TenantCode | None:
        """Gives the tenant's code, or None if it has none (yet)."""
        query = select(dialer_tenants.c.number).where(dialer_tenants.c.tenant_id == tenant_id)
        number = (await self._connection.execute(query)).scalar()
        return None if number is None else TenantCode(number)

    async def get(self, tenant_id: str) -> TenantCode:
        """Gives the tenant's code; refuses with RESOURCE_NOT_FOUND."""
        found = await self.find(tenant_id)
        if found is None:
            raise NotFound(resource=f"tenants/{tenant_id}")
        return found

    async def allocate(self, tenant_id: str) -> TenantCode:
        """Gives the tenant's code, a new one if it has none; within an operator transaction."""
        found = await self.find(tenant_id)
        if found is not None:
            return found
        number = (
            await self._connection.execute(select(dialer_tenant_numbers.next_value()))
        ).scalar_one()
        code = TenantCode(number)
        await self._connection.execute(
            postgresql.insert(dialer_tenants)
            .values(
                tenant_id=tenant_id,
                number=number,
                code=code.text,
                create_time=scope_of(self._connection).time,
            )
            .on_conflict_do_nothing(index_elements=["tenant_id"])
        )
        # Of two at the same time the second finds what the first one wrote.
        return await self.get(tenant_id)

    async def all(self) -> list[tuple[str, TenantCode]]:
        """Gives all tenants with their codes, to the operator."""
        query = select(dialer_tenants.c.tenant_id, dialer_tenants.c.number)
        return [
            (row.tenant_id, TenantCode(row.number))
            for row in await self._connection.execute(query.order_by(dialer_tenants.c.number))
        ]

    async def replace(self, tenant_id: str) -> TenantCode:
        """Gives the tenant another code, because somebody else's objects bear the first one."""
        await self.forget(tenant_id)
        return await self.allocate(tenant_id)

    async def forget(self, tenant_id: str) -> None:
        """Takes the code back; nobody gets it again."""
        await self._connection.execute(
            delete(dialer_tenants).where(dialer_tenants.c.tenant_id == tenant_id)
        )


class DialerObjects:
    """Objects that the transaction may see: its tenant's, or all to the operator."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tenants(self) -> Sequence[str]:
        """Gives the tenants that have objects, to the operator."""
        query = select(dialer_objects.c.tenant_id).distinct().order_by(dialer_objects.c.tenant_id)
        return [row.tenant_id for row in await self._connection.execute(query)]

    async def list(self, tenant_id: str, kinds: Sequence[Kind] = ()) -> list[DialerObject]:
        """Gives a tenant's objects, of these kinds or of all, by kind and id."""
        query = select(dialer_objects).where(dialer_objects.c.tenant_id == tenant_id)
        if kinds:
            query = query.where(dialer_objects.c.kind.in_(kinds))
        query = query.order_by(dialer_objects.c.kind, dialer_objects.c.object_id)
        return [_object(row) for row in await self._connection.execute(query)]

    async def get(self, tenant_id: str, kind: Kind, object_id: str) -> DialerObject:
        """Gives an object; refuses with RESOURCE_NOT_FOUND."""
        query = select(dialer_objects).where(*_is(tenant_id, kind, object_id))
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}")
        return _object(row)

    async def add(
        self,
        tenant_id: str,
        kind: Kind,
        object_id: str,
        resource_id: str = "",
        state: ObjectState = ObjectState.ACTIVE,
    ) -> None:
        """Adds an object, if it is not there; refuses one that is another tenant's."""
        await self.put(DialerObject(tenant_id, kind, object_id, resource_id, state))

    async def put(self, known: DialerObject) -> None:
        """Writes an object as it is; refuses one that is another tenant's."""
        await self.put_all([known])

    async def put_all(self, objects: Sequence[DialerObject]) -> None:
        """Writes objects as they are; refuses with RESOURCE_ALREADY_EXISTS another tenant's."""
        if not objects:
            return
        now = scope_of(self._connection).time
        statement = postgresql.insert(dialer_objects).values(
            [{**_values(known), "create_time": now, "update_time": now} for known in objects]
        )
        changed = {name: getattr(statement.excluded, name) for name in
                   ("resource_id", "state", "fields", "held", "update_time")}  # fmt: skip
        statement = statement.on_conflict_do_update(
            index_elements=["tenant_id", "kind", "object_id"], set_=changed
        )
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(statement)
        except IntegrityError as error:
            # Without a word about whose they are.
            ids = ", ".join(known.object_id for known in objects)[:200]
            raise AlreadyExists("An object is there already.", objects=ids) from error

    async def set_fields(self, tenant_id: str, kind: Kind, object_id: str, fields: Fields) -> None:
        """Changes what some of an object's fields should be; refuses with RESOURCE_NOT_FOUND."""
        known = await self.get(tenant_id, kind, object_id)
        await self.put(replace(known, fields={**known.fields, **fields}))

    async def set_held(self, known: DialerObject) -> None:
        """Writes what a suspension holds back of an object."""
        await self._connection.execute(
            update(dialer_objects)
            .where(*_is(known.tenant_id, known.kind, known.object_id))
            .values(held=dict(known.held), update_time=scope_of(self._connection).time)
        )

    async def remove(self, tenant_id: str, kind: Kind, object_id: str) -> None:
        """Forgets an object."""
        await self._connection.execute(
            delete(dialer_objects).where(*_is(tenant_id, kind, object_id))
        )


def _is(tenant_id: str, kind: Kind, object_id: str) -> tuple[Any, ...]:
    return (
        dialer_objects.c.tenant_id == tenant_id,
        dialer_objects.c.kind == kind,
        dialer_objects.c.object_id == object_id,
    )


def _values(known: DialerObject) -> dict[str, Any]:
    return {
        "tenant_id": known.tenant_id,
        "kind": known.kind.value,
        "object_id": known.object_id,
        "resource_id": known.resource_id,
        "state": known.state.value,
        "fields": dict(known.fields),
        "held": dict(known.held),
    }


def _object(row: Row[Any]) -> DialerObject:
    return DialerObject(
        tenant_id=row.tenant_id,
        kind=Kind(row.kind),
        object_id=row.object_id,
        resource_id=row.resource_id,
        state=ObjectState(row.state),
        fields=row.fields,
        held=row.held,
    )
