"""A tenant's objects are changed by one at a time; who is asked waits a while for its turn."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.errors import Aborted

LEASE_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.1


def lease_of(tenant_id: str) -> str:
    """Names the lease under which a tenant's objects are changed."""
    return f"provision/{tenant_id}"


@asynccontextmanager
async def working_at(db: Database[Any], tenant_id: str) -> AsyncIterator[None]:
    """Holds the tenant's lease; refuses with CONCURRENT_CHANGE when its turn does not come."""
    leases, name = Leases(db, uuid.uuid4().hex), lease_of(tenant_id)
    deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
    while not await leases.acquire(name, LEASE_SECONDS):
        if asyncio.get_running_loop().time() >= deadline:
            raise Aborted("The tenant is being worked at; try again in a moment.")
        await asyncio.sleep(_LOOK_SECONDS)
    try:
        async with asyncio.timeout(LEASE_SECONDS):
            yield
    finally:
        await leases.release(name)
