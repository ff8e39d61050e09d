"""A tenant's own OpenID provider."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.kit.errors import FieldViolation, InvalidRequest
from services.kit.secret_box import Sealed

_ISSUER_LENGTH_MAX, _ID_LENGTH_MAX, SECRET_LENGTH_MAX = 300, 200, 500


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """Where a tenant's people log in, and what that place knows us as."""

    tenant_id: str
    is_enabled: bool = False
    issuer: str = ""
    client_id: str = ""
    client_secret: Sealed | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/singleSignOn"

    @property
    def secret_mark(self) -> str:
        """Tells one secret from another, and nothing of either; empty for none."""
        if self.client_secret is None:
            return ""
        return hashlib.sha256(self.client_secret.content).hexdigest()[:12]


def secret_place(tenant_id: str) -> str:
    """Says where a secret may be read again."""
    return f"tenants/{tenant_id}/singleSignOn"


def checked(provider: SingleSignOn) -> SingleSignOn:
    """Gives it back, or refuses with INVALID_REQUEST."""
    if violations := list(_violations(provider)):
        raise InvalidRequest(violations)
    return provider


def _violations(provider: SingleSignOn) -> Iterator[FieldViolation]:
    issuer, client_id = provider.issuer, provider.client_id
    if issuer and not _is_issuer(issuer):
        yield FieldViolation(
            "single_sign_on.issuer",
            "Must be an address such as https://login.example, without a question mark.",
        )
    if len(client_id) > _ID_LENGTH_MAX or not client_id.isprintable():
        yield FieldViolation(
            "single_sign_on.client_id", f"Must have at most {_ID_LENGTH_MAX} characters."
        )
    if provider.is_enabled and not issuer:
        yield FieldViolation("single_sign_on.issuer", "Is needed before it is turned on.")
    if provider.is_enabled and not client_id:
        yield FieldViolation("single_sign_on.client_id", "Is needed before it is turned on.")


def _is_issuer(text: str) -> bool:
    # By plain HTTP nothing is reached but networks that the gateway was told of.
    return (
        text.startswith(("https://", "http://"))
        and len(text) <= _ISSUER_LENGTH_MAX
        and text.isascii()
        and text.isprintable()
        and not {" ", "?", "#", "@"} & set(text)
    )
