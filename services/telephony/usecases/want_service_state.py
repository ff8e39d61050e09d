"""Keeps what somebody wants a tenant to be let do, and asks for the strictest of all wishes."""

from __future__ import annotations

from services.telephony.domain.provisioning.blocking import ServiceState
from services.telephony.domain.wish import Wish, strictest
from services.telephony.store import TelephonyStore


async def want_service_state(store: TelephonyStore, tenant_id: str, wish: Wish) -> ServiceState:
    """Gives the state that the tenant is to be in now; in the caller's transaction."""
    await store.wishes.keep(tenant_id, wish)
    counts = strictest(await store.wishes.of(tenant_id))
    return await store.service_states.ask(
        tenant_id, counts.state, counts.reason, counts.keep_inbound
    )
