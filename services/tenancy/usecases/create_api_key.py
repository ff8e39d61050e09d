"""Gives out an API key."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.kit.changes import Change
from services.kit.errors import InvalidRequest
from services.tenancy.domain import api_key_terms, audit_facts, credential
from services.tenancy.domain.api_key_terms import FOR_EVER, Terms
from services.tenancy.domain.credential import ApiKey
from services.tenancy.domain.permission import granted
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key as asked for; no permissions means all that its creator holds."""

    tenant_id: str
    display_name: str
    permissions: tuple[str, ...] = ()
    terms: Terms = FOR_EVER


async def create_api_key(
    store: TenancyStore, asked: NewApiKey, held: Iterable[str], now: datetime
) -> tuple[ApiKey, str]:
    """Adds a key and gives it with its secret, which is kept nowhere.

    Refuses with PERMISSION_NOT_HELD if the key were to be allowed more than is `held`.
    """
    violations = [
        *credential.violations_of(asked.display_name, "api_key"),
        *api_key_terms.violations_of(asked.terms, now, "api_key"),
    ]
    if violations:
        raise InvalidRequest(violations)
    secret = credential.secret_of(secrets.token_urlsafe(32))
    api_key = ApiKey(
        tenant_id=asked.tenant_id,
        api_key_id=secrets.token_hex(8),
        display_name=asked.display_name,
        permissions=granted(asked.permissions, held),
        prefix=credential.prefix_of(secret),
        create_time=now,
        expire_time=asked.terms.expire_time,
        allowed_networks=asked.terms.allowed_networks,
    )
    await store.api_keys.add(api_key, credential.hash_of(secret))
    facts = audit_facts.of_api_key(api_key)
    await note_change(store, Change(api_key.tenant_id, "apiKeys.create", api_key.name, after=facts))
    return api_key, secret
