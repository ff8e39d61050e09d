"""Invitations: people who are asked to join a tenant, by a link that is good once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.kit.errors import Kind, Refusal
from services.tenancy.domain.permission import Role

LIFE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was asked to join; of the link's token only the hash is kept."""

    tenant_id: str
    invitation_id: str
    email: str
    role: Role
    create_time: datetime
    expire_time: datetime
    token_hash: bytes = field(repr=False)
    # Of the mail with its link; empty if none was sent.
    notice_id: str = ""

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/invitations/{self.invitation_id}"


def proof_of_invitations(tenant_id: str) -> str:
    """Gives what a link is bound to; which invitation it is for is said by its token's hash."""
    return f"tenants/{tenant_id}/invitations"


class InvitationInvalid(Refusal):
    """A link that is wrong, used up, taken back or too old; says no more."""

    kind = Kind.FAILED_PRECONDITION
    reason = "INVITATION_INVALID"

    def __init__(self) -> None:
        super().__init__("This link is not good any more. Ask whoever sent it for another one.")


def checked(found: Invitation | None, now: datetime) -> Invitation:
    """Gives the invitation of a link that is good; refuses with INVITATION_INVALID."""
    if found is None or found.expire_time <= now:
        raise InvitationInvalid
    return found
