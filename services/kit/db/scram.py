"""Makes PostgreSQL's stored form of a password, so that the password itself is in no server log."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64encode
from typing import Final

_ITERATIONS: Final = 4096


def scram_verifier(password: str) -> str:
    """Returns the SCRAM-SHA-256 verifier of `password`, which is ASCII without control characters.

    Others would need SASLprep; they are refused with ValueError.
    """
    if not (password.isascii() and password.isprintable() and password):
        raise ValueError("A database password must be printable ASCII.")
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    keys = f"{b64encode(stored_key).decode()}:{b64encode(server_key).decode()}"
    return f"SCRAM-SHA-256${_ITERATIONS}:{b64encode(salt).decode()}${keys}"
