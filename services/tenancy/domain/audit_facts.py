"""What the audit log says of each kind of resource: all of it that its tenant may know."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, astuple
from datetime import datetime

from services.kit.changes import Facts, time_text
from services.tenancy.domain.agreement import Acceptance
from services.tenancy.domain.credential import ApiKey, User
from services.tenancy.domain.invitation import Invitation
from services.tenancy.domain.notice import Notice
from services.tenancy.domain.own_host_name import OwnHostName
from services.tenancy.domain.single_sign_on import SingleSignOn
from services.tenancy.domain.tenant import Tenant


def of_tenant(tenant: Tenant) -> Facts:
    """Without the notes that a client never sees; of pictures their digests."""
    brand, limits = tenant.brand, asdict(tenant.limits)
    return {
        "display_name": tenant.display_name,
        "state": tenant.state,
        "service_end_time": _moment(tenant.service_end_time),
        "tier": tenant.tier,
        "time_zone": tenant.time_zone,
        "host_names": ", ".join(tenant.host_names),
        "contact_email": tenant.contact_email,
        "max_requests_per_minute": str(tenant.max_requests_per_minute or "as usual"),
        "billing_anchor_day": str(tenant.billing_anchor_day),
        "brand.display_name": brand.display_name,
        "brand.tagline": brand.tagline,
        "brand.primary_color": brand.primary_color,
        "brand.logo_digest": _digest(brand.logo),
        "brand.favicon_digest": _digest(brand.favicon),
        "brand.support": ", ".join(filter(None, astuple(brand.support))),
        "brand.powered_by": "as usual" if brand.powered_by is None else brand.powered_by,
        **{
            f"limits.{name}": "unlimited" if value is None else str(value)
            for name, value in limits.items()
        },
    }


def _digest(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest() if picture else ""


def of_notes(tenant: Tenant) -> Facts:
    """What only its seller may know of a tenant."""
    return {"internal_notes": tenant.internal_notes}


def of_user(user: User) -> Facts:
    """Without the password's hash."""
    return {
        "email": user.email,
        "display_name": user.display_name,
        "role": user.role,
        "state": user.state,
    }


def of_invitation(invitation: Invitation) -> Facts:
    """Without the link's hash."""
    return {
        "email": invitation.email,
        "role": invitation.role,
        "expire_time": _moment(invitation.expire_time),
    }


def of_api_key(api_key: ApiKey) -> Facts:
    """Without the secret's hash."""
    return {
        "display_name": api_key.display_name,
        "permissions": ", ".join(sorted(api_key.permissions)),
        "prefix": api_key.prefix,
        "expire_time": _moment(api_key.expire_time),
        "allowed_networks": ", ".join(api_key.allowed_networks),
        "revoke_time": _moment(api_key.revoke_time),
    }


def of_single_sign_on(provider: SingleSignOn) -> Facts:
    """Of the secret, under which key and when it was given."""
    return {
        "state": "ENABLED" if provider.is_enabled else "DISABLED",
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "client_secret": provider.secret_mark,
    }


def of_host_name(host_name: OwnHostName) -> Facts:
    """What is looked for, and how far it is."""
    return {
        "host": host_name.host,
        "state": host_name.state,
        "failure": host_name.failure or "",
        "certificate": _moment(host_name.certificate_time),
    }


def of_notice(notice: Notice) -> Facts:
    """What was said in one line, and to whom."""
    return {
        "kind": notice.kind,
        "subject": notice.text.subject,
        "recipients": ", ".join(mail.recipient for mail in notice.mails),
    }


def of_acceptance(acceptance: Acceptance) -> Facts:
    """What was accepted, by whom, how and from where."""
    signature = acceptance.signature
    return {
        "version": acceptance.version_id,
        "text_hash": acceptance.text_hash.hex(),
        "way": signature.way,
        "signer_name": signature.signer_name,
        "signer_email": signature.signer_email,
        "network_address": signature.network_address,
        "note": signature.note,
    }


def _moment(instant: datetime | None) -> str:
    return time_text(instant) if instant else ""
