"""Tenants, users and their store with defaults that say only what matters."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime
from typing import Any

from services.kit.secret_box import SecretBox
from services.tenancy.domain.brand import Brand
from services.tenancy.domain.sealed_link import LinkSealer
from services.tenancy.domain.tenant import Limits, State, Tenant, Tier
from services.tenancy.usecases.invite import Links

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def an_id(prefix: str = "t") -> str:
    """Gives a tenant id that nobody has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def a_secret_box() -> SecretBox:
    """Gives a box with one key."""
    return SecretBox.from_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}")


def a_sealer() -> LinkSealer:
    """Gives what makes links good."""
    return LinkSealer(b"any secret")


def some_links() -> Links:
    """Gives what makes links of invitations, which are sent by mail too."""
    return Links(a_sealer(), sends_mail=True)


def a_tenant(**changes: Any) -> Tenant:
    """Gives an active client in New York."""
    tenant_id = changes.pop("tenant_id", an_id())
    defaults: dict[str, Any] = {
        "tenant_id": tenant_id,
        "display_name": "Sunny Side",
        "seller_id": None,
        "state": State.ACTIVE,
        "tier": Tier.SILVER,
        "time_zone": "America/New_York",
        "brand": Brand("Sunny Side Dialer"),
        "limits": Limits(),
        "create_time": NOON,
        "host_names": (f"{tenant_id}.dialer.example",),
    }
    return Tenant(**{**defaults, **changes})
