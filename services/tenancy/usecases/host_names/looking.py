"""Looks whether a host name's record is there, and takes it on by what was found."""

from __future__ import annotations

from typing import Protocol

from services.kit.db.transaction import Database
from services.kit.errors import Aborted
from services.kit.logging import get_logger
from services.tenancy.domain.own_host_name import (
    HELD,
    Failure,
    Finding,
    OwnHostName,
    after_look,
    failed,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.host_names.asking import settle

log = get_logger(__name__)


class Names(Protocol):
    """Where records are looked up."""

    async def look(self, record: str, value: str) -> Finding:
        """Tells whether a record has a value."""
        ...


class HostNameLooker:
    """Takes a host name on by one look."""

    def __init__(self, db: Database[TenancyStore], names: Names) -> None:
        self._db, self._names = db, names

    async def advance(self, tenant_id: str, host_name_id: str) -> None:
        """Looks once; does nothing if nobody need look any more."""
        async with self._db.operator_read() as store:
            looked = await store.own_host_names.get(tenant_id, host_name_id)
        if not looked.is_looked_for:
            return
        finding = await self._names.look(looked.proof_record, looked.proof_value)
        try:
            async with self._db.operator_transaction() as store:
                await self._keep(store, looked, finding)
        except Aborted:
            log.info("the host name was taken up by somebody else", host_name=looked.name)

    async def _keep(self, store: TenancyStore, looked: OwnHostName, finding: Finding) -> None:
        now = store.scope.time
        after = after_look(looked, finding, now)
        if after.state in HELD:
            # Only who has proved a host name learns that it is in use.
            await store.lock_host(after.host)
            if await store.own_host_names.is_taken(after):
                after = failed(after, Failure.IN_USE, now)
        await settle(store, looked, after)
