"""What is kept of passwords; slow on purpose, so never on the loop that everybody waits for."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.tenancy.domain.credential import PasswordTooWeak, check_password
from services.tenancy.partners.breached_passwords import BreachedPasswords

_HASHER = PasswordHasher()
# Verified when nobody is known by an address, so that the answer takes as long as it would.
_NOBODY_HASH = _HASHER.hash("nobody has this password")


class PasswordRules:
    """What a new password must be: for the whole process, so that no way in can do without."""

    breached: ClassVar[BreachedPasswords | None] = None


async def hash_of_new_password(password: str, email: str) -> str:
    """Gives what is kept of a password that somebody chooses; refuses with PASSWORD_TOO_WEAK."""
    check_password(password, email)
    breached = PasswordRules.breached
    if breached is not None and await asyncio.to_thread(breached.has, password):
        raise PasswordTooWeak(
            "This password is known from a theft of data elsewhere. Choose another one."
        )
    return await asyncio.to_thread(_HASHER.hash, password)


async def is_password(password_hash: str | None, password: str) -> bool:
    """Tells whether a hash is of a password; None is nobody's, and takes as long."""
    known = _NOBODY_HASH if password_hash is None else password_hash
    return await asyncio.to_thread(_verifies, known, password)


def _verifies(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
