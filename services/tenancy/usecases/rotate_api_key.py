"""Replaces an API key by another while both are good for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from services.kit.changes import Change
from services.tenancy.domain import audit_facts
from services.tenancy.domain.api_key_terms import (
    ApiKeyEnded,
    ApiKeyState,
    checked_overlap,
    end_of_replaced,
    state_of,
    successor_terms,
)
from services.tenancy.domain.credential import ApiKey
from services.tenancy.domain.permission import granted
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_api_key import NewApiKey, create_api_key
from services.tenancy.usecases.note_change import note_change


async def rotate_api_key(
    store: TenancyStore,
    old: ApiKey,
    held: Iterable[str],
    overlap: timedelta,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Gives a key that may what the old one may, with its secret, and lets the old one end.

    Refuses with API_KEY_ENDED, with PERMISSION_NOT_HELD if the old key may more than is `held`,
    and with INVALID_REQUEST.
    """
    end = end_of_replaced(old, checked_overlap(overlap), now)
    if state_of(old, now) is not ApiKeyState.ACTIVE:
        raise ApiKeyEnded("The key is revoked or over: make a new one.")
    permissions = tuple(granted(old.permissions, held))
    asked = NewApiKey(old.tenant_id, old.display_name, permissions, successor_terms(old, now))
    made = await create_api_key(store, asked, permissions, now)
    await store.api_keys.end_at(old.tenant_id, old.api_key_id, end)
    before = audit_facts.of_api_key(old)
    after = audit_facts.of_api_key(replace(old, expire_time=end))
    await note_change(store, Change(old.tenant_id, "apiKeys.rotate", old.name, before, after))
    return made
