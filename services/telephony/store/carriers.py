"""Reads and writes carriers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists, NotFound
from services.kit.secret_box import Sealed
from services.telephony.domain.carrier import Carrier, Protocol
from services.telephony.domain.dialplan.plan import CallerIdFormat
from services.telephony.store.tables_carriers import carriers


class Carriers:
    """The operator's carriers, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, carrier_id: str, *, for_update: bool = False) -> Carrier:
        """Gives the carrier; refuses with RESOURCE_NOT_FOUND."""
        query = select(carriers).where(carriers.c.carrier_id == carrier_id)
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"carriers/{carrier_id}")
        return _carrier(row)

    async def list_after(self, carrier_id: str, limit: int) -> list[Carrier]:
        """Gives at most `limit` carriers with ids after this one, in order."""
        query = (
            select(carriers)
            .where(carriers.c.carrier_id > carrier_id)
            .order_by(carriers.c.carrier_id)
            .limit(limit)
        )
        return [_carrier(row) for row in await self._connection.execute(query)]

    async def sealed_under(self, key_ids: Collection[str], limit: int) -> list[Carrier]:
        """Locks and gives carriers whose secret is under one of these keys, if nobody has them."""
        query = (
            select(carriers)
            .where(carriers.c.login_secret_key_id.in_(key_ids))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_carrier(row) for row in await self._connection.execute(query)]

    async def add(self, carrier: Carrier) -> None:
        """Adds a carrier; refuses an id that is taken."""
        statement = postgresql.insert(carriers).values(_values(carrier)).on_conflict_do_nothing()
        added = await self._connection.execute(statement.returning(carriers.c.carrier_id))
        if added.first() is None:
            raise AlreadyExists(
                "There is a carrier of this id.", resource=f"carriers/{carrier.carrier_id}"
            )

    async def save(self, carrier: Carrier) -> None:
        """Writes a carrier that is there."""
        await self._connection.execute(
            update(carriers)
            .where(carriers.c.carrier_id == carrier.carrier_id)
            .values(_values(carrier))
        )


def _values(carrier: Carrier) -> dict[str, Any]:
    sealed = carrier.login_secret
    return {
        "carrier_id": carrier.carrier_id,
        "display_name": carrier.display_name,
        "protocol": carrier.protocol.value,
        "host": carrier.host,
        "port": carrier.port,
        "login_user": carrier.login_user,
        "login_secret": sealed.content if sealed else None,
        "login_secret_key_id": sealed.key_id if sealed else None,
        "codecs": list(carrier.codecs),
        "caller_id_format": carrier.caller_id_format.value,
        "calls_max": carrier.calls_max,
        "create_time": carrier.create_time,
        "update_time": carrier.update_time,
        "version": carrier.version,
    }


def _carrier(row: Row[Any]) -> Carrier:
    secret = row.login_secret
    return Carrier(
        carrier_id=row.carrier_id,
        display_name=row.display_name,
        protocol=Protocol(row.protocol),
        host=row.host,
        port=row.port,
        login_user=row.login_user,
        login_secret=Sealed(row.login_secret_key_id, secret) if secret is not None else None,
        codecs=tuple(row.codecs),
        caller_id_format=CallerIdFormat(row.caller_id_format),
        calls_max=row.calls_max,
        create_time=row.create_time,
        update_time=row.update_time,
        version=row.version,
    )
