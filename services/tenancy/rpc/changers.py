"""Who changes the people of a tenant."""

from __future__ import annotations

from services.kit.rpc.principal import current_principal
from services.tenancy.usecases.update_user import Changer


def changer_of(tenant_id: str) -> Changer:
    """Gives who asks; the operator's people are no tenant's but the operator's."""
    principal = current_principal()
    assert principal is not None, "the access rule admits principals only"
    return Changer(
        principal.subject, principal.permissions, is_seller=principal.tenant_id != tenant_id
    )
