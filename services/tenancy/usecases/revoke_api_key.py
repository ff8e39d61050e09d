"""Takes an API key back."""

from __future__ import annotations

from datetime import datetime

from services.kit.changes import Change
from services.tenancy.domain import audit_facts
from services.tenancy.domain.credential import ApiKey
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


async def revoke_api_key(
    store: TenancyStore, tenant_id: str, api_key_id: str, now: datetime
) -> ApiKey | None:
    """Gives the key as it was revoked, now or earlier; None if there is none."""
    present = await store.api_keys.lock(tenant_id, api_key_id)
    if present is None or present.revoke_time is not None:
        return present
    revoked = await store.api_keys.revoke(tenant_id, api_key_id, now)
    if revoked is not None:
        before, after = audit_facts.of_api_key(present), audit_facts.of_api_key(revoked)
        await note_change(store, Change(tenant_id, "apiKeys.revoke", revoked.name, before, after))
    return revoked or await store.api_keys.find(tenant_id, api_key_id)
