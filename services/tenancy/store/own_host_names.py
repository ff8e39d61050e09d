"""Reads and writes clients' own host names."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.aip.page_token import Place
from services.kit.errors import Aborted, NotFound
from services.tenancy.domain.own_host_name import HELD, Failure, Finding, OwnHostName, State
from services.tenancy.store.tables import host_names
from services.tenancy.store.tables_own_host_names import own_host_names

_TABLE = own_host_names.c
_WANTED = (State.CERTIFICATE_PENDING.value, State.ACTIVE.value)


class OwnHostNames:
    """The host names that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, host_name: OwnHostName) -> None:
        """Adds one."""
        await self._connection.execute(insert(own_host_names).values(asdict(host_name)))

    async def get(
        self, tenant_id: str, host_name_id: str, *, for_update: bool = False
    ) -> OwnHostName:
        """Gives one; refuses with RESOURCE_NOT_FOUND."""
        query = select(own_host_names).where(
            _TABLE.tenant_id == tenant_id, _TABLE.host_name_id == host_name_id
        )
        found = await self._read(query.with_for_update() if for_update else query)
        if not found:
            raise NotFound(resource=f"tenants/{tenant_id}/hostNames/{host_name_id}")
        return found[0]

    async def find_any(self, host_name_id: str) -> OwnHostName | None:
        """Gives one, whoever's it is."""
        query = select(own_host_names).where(_TABLE.host_name_id == host_name_id)
        return next(iter(await self._read(query.with_for_update())), None)

    async def find_open(self, tenant_id: str, host: str) -> OwnHostName | None:
        """Gives what a tenant has asked for under a host name and not given up."""
        query = select(own_host_names).where(
            _TABLE.tenant_id == tenant_id, _TABLE.host == host, _TABLE.end_time.is_(None)
        )
        return next(iter(await self._read(query)), None)

    async def count_coming(self, tenant_id: str) -> int:
        """Tells how many of a tenant's are under way, not in service yet."""
        query = select(func.count()).where(
            _TABLE.tenant_id == tenant_id,
            _TABLE.end_time.is_(None),
            _TABLE.state != State.ACTIVE.value,
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def is_taken(self, host_name: OwnHostName) -> bool:
        """Tells whether somebody is at a host name, or about to be, other than by this one."""
        held = select(_TABLE.host).where(
            _TABLE.host == host_name.host,
            _TABLE.state.in_([each.value for each in HELD]),
            _TABLE.host_name_id != host_name.host_name_id,
        )
        given = select(host_names.c.host_name).where(host_names.c.host_name == host_name.host)
        query = select(or_(held.exists(), given.exists()))
        return bool((await self._connection.execute(query)).scalar_one())

    async def list_before(
        self, tenant_id: str, before: Place | None, limit: int
    ) -> list[OwnHostName]:
        """Gives at most `limit` of a tenant's, latest first, from behind `before` on."""
        query = select(own_host_names).where(_TABLE.tenant_id == tenant_id)
        if before is not None:
            query = query.where(tuple_(_TABLE.create_time, _TABLE.host_name_id) < before)
        query = query.order_by(_TABLE.create_time.desc(), _TABLE.host_name_id.desc())
        return await self._read(query.limit(limit))

    async def list_wanted_after(self, host_name_id: str, limit: int) -> list[OwnHostName]:
        """Gives at most `limit` that there should be a certificate for, in order of their ids."""
        query = select(own_host_names).where(
            _TABLE.state.in_(_WANTED), _TABLE.host_name_id > host_name_id
        )
        return await self._read(query.order_by(_TABLE.host_name_id).limit(limit))

    async def lease(self, now: datetime, lease_end: datetime, limit: int) -> list[tuple[str, str]]:
        """Takes up what is due, whose and which; nobody else does before `lease_end`."""
        due = (
            select(_TABLE.host_name_id)
            .where(_TABLE.next_look_time <= now)
            .order_by(_TABLE.next_look_time)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = await self._connection.execute(
            update(own_host_names)
            .where(_TABLE.host_name_id.in_(due))
            .values(lease=_TABLE.lease + 1, next_look_time=lease_end)
            .returning(_TABLE.tenant_id, _TABLE.host_name_id)
        )
        return [(row.tenant_id, row.host_name_id) for row in leased]

    async def save(self, host_name: OwnHostName) -> None:
        """Writes one; refuses if somebody has taken it up or changed it since."""
        written = await self._connection.execute(
            update(own_host_names)
            .where(
                _TABLE.tenant_id == host_name.tenant_id,
                _TABLE.host_name_id == host_name.host_name_id,
                _TABLE.lease <= host_name.lease,
            )
            .values(asdict(host_name))
        )
        if written.rowcount != 1:
            raise Aborted("The host name was taken up by somebody else.")

    async def _read(self, query: Select[Any]) -> list[OwnHostName]:
        rows = await self._connection.execute(query)
        return [_host_name(row) for row in rows.mappings()]


def _host_name(row: RowMapping) -> OwnHostName:
    finding, failure = row["finding"], row["failure"]
    kept = {
        **row,
        "state": State(row["state"]),
        "finding": Finding(finding) if finding else None,
        "failure": Failure(failure) if failure else None,
    }
    return OwnHostName(**kept)
