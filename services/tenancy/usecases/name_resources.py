"""Tells what people call the things that resource names are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.tenancy.domain.credential import ApiKey, User
from services.tenancy.domain.tenant import Tenant
from services.tenancy.store import TenancyStore


async def display_names(store: TenancyStore, names: Iterable[str]) -> Mapping[str, str]:
    """Gives the display names of tenants, users and keys that the transaction may see."""
    return {name: await _display_name(store, name) for name in sorted(set(names))}


async def _display_name(store: TenancyStore, name: str) -> str:
    found: Tenant | User | ApiKey | None = None
    match name.split("/"):
        case ["tenants", tenant_id]:
            found = await store.tenants.find(tenant_id)
        case ["tenants", tenant_id, "users", user_id]:
            found = await store.users.find(tenant_id, user_id)
        case ["tenants", tenant_id, "apiKeys", api_key_id]:
            found = await store.api_keys.find(tenant_id, api_key_id)
    return found.display_name if found else ""
