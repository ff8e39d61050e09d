"""What the links in mails stand for, as that is now."""

from __future__ import annotations

from services.tenancy.domain.email_change import proof_of_change
from services.tenancy.domain.invitation import proof_of_invitations
from services.tenancy.domain.sealed_link import Place, Purpose, proof_of
from services.tenancy.store import TenancyStore


async def proof_at(store: TenancyStore, tenant_id: str, place: Place) -> str | None:
    """Gives what a link is bound to; None if there is nothing (any more) that it could open."""
    if place.purpose is Purpose.INVITATION:
        return proof_of_invitations(tenant_id)
    user = await store.users.find(tenant_id, place.subject_id)
    if user is None:
        return None
    if place.purpose is not Purpose.ADDRESS:
        return proof_of(user)
    change = await store.email_changes.find(tenant_id, user.user_id)
    return proof_of_change(user, change) if change else None
