"""An address that a user wants to log in with, until a link sent there was followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.kit.errors import InvalidRequest
from services.tenancy.domain.credential import User
from services.tenancy.domain.email_address import is_email
from services.tenancy.domain.sealed_link import proof_of

LIFE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class EmailChange:
    """What a user has asked for last."""

    tenant_id: str
    user_id: str
    new_email: str
    expire_time: datetime


def checked_address(typed: str, user: User) -> str:
    """Gives the address as it is kept; refuses with INVALID_REQUEST."""
    address = typed.strip().lower()
    if not is_email(address):
        raise InvalidRequest.at("new_email", "Must be an e-mail address.")
    if address == user.email:
        raise InvalidRequest.at("new_email", "This is your address already.")
    return address


def proof_of_change(user: User, change: EmailChange) -> str:
    """Gives what a link is bound to: the user as it is, and the address that it leads to."""
    return "\0".join((proof_of(user), change.new_email))
