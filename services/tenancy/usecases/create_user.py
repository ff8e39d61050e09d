"""Lets a person in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.kit.changes import Change
from services.kit.errors import FieldViolation, InvalidRequest
from services.tenancy.domain import audit_facts
from services.tenancy.domain.credential import User
from services.tenancy.domain.email_address import is_email
from services.tenancy.domain.permission import Role
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.hashing import hash_of_new_password
from services.tenancy.usecases.note_change import note_change


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to let in, as asked for."""

    tenant_id: str
    email: str
    display_name: str
    role: Role
    password: str = field(repr=False)


async def new_user(asked: NewUser, now: datetime) -> User:
    """Makes a user with a hashed password; refuses a bad address and a weak password."""
    email = asked.email.strip().lower()
    violations = list(_violations(asked, email))
    if violations:
        raise InvalidRequest(violations)
    return User(
        tenant_id=asked.tenant_id,
        user_id=secrets.token_hex(8),
        email=email,
        display_name=asked.display_name or email,
        role=asked.role,
        create_time=now,
        password_hash=await hash_of_new_password(asked.password, email),
    )


async def add_user(store: TenancyStore, user: User, actor: str = "") -> None:
    """Lets somebody in; refuses an address that the tenant has already.

    `actor` says who did it where no principal does.
    """
    await store.users.add(user)
    facts = audit_facts.of_user(user)
    change = Change(user.tenant_id, "users.create", user.name, after=facts, actor=actor)
    await note_change(store, change)


def _violations(asked: NewUser, email: str) -> Iterable[FieldViolation]:
    if not is_email(email):
        yield FieldViolation("user.email", "Must be an e-mail address.")
    if len(asked.display_name) > 80:
        yield FieldViolation("user.display_name", "Must have at most 80 characters.")
