"""Hashes of passwords; slow on purpose, so never on the loop that everybody waits for."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# Verified when nobody is known by an address, so that the answer takes as long as it would.
_NOBODY_HASH = _HASHER.hash("nobody has this password")


async def hash_of_password(password: str) -> str:
    """Gives what is kept of a password."""
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
