"""Seals clients' secrets under the current key, so that older keys can be taken away."""

from __future__ import annotations

from dataclasses import replace

from services.kit.secret_box import SecretBox
from services.tenancy.domain import second_factor, single_sign_on
from services.tenancy.store import TenancyStore


async def seal_anew(store: TenancyStore, box: SecretBox, limit: int) -> int:
    """Seals at most `limit` secrets of each kind; returns how many were under an older key."""
    factors = await store.second_factors.sealed_under(box.older_key_ids, limit)
    for factor in factors:
        place = second_factor.secret_place(factor.tenant_id, factor.user_id)
        await store.second_factors.seal_anew(factor, box.seal_anew(factor.secret, place))
    providers = await store.single_sign_ons.sealed_under(box.older_key_ids, limit)
    for provider in providers:
        assert provider.client_secret is not None
        place = single_sign_on.secret_place(provider.tenant_id)
        sealed = box.seal_anew(provider.client_secret, place)
        await store.single_sign_ons.save(replace(provider, client_secret=sealed))
    return len(factors) + len(providers)
