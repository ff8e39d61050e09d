"""One replica at a time changes a tenant's objects in the dialer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from services.kit.db.leases import Leases
from services.kit.process import end_all
from services.telephony.usecases.provisioning.leasing import LEASE_SECONDS, lease_of

_RENEW_SECONDS = 15.0


async def with_tenant(leases: Leases, tenant_id: str, work: Callable[[], Awaitable[None]]) -> bool:
    """Awaits the work under the tenant's lease, renewed meanwhile; cancels it when that is lost.

    False if another replica has the lease: then the work is not begun.
    """
    name = lease_of(tenant_id)
    async with leases.held(name, LEASE_SECONDS) as is_ours:
        if not is_ours:
            return False
        task = asyncio.ensure_future(work())
        keeping = asyncio.ensure_future(_keep(leases, name))
        try:
            await asyncio.wait({task, keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end_all((task, keeping))
    if not task.cancelled():
        task.result()
    return True


async def _keep(leases: Leases, name: str) -> None:
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        if not await leases.acquire(name, LEASE_SECONDS):
            return
