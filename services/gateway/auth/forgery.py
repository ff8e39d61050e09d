"""Tokens in forms, so that no other site can send them in a visitor's name."""

from __future__ import annotations

import hmac
from hashlib import sha256

FIELD = "form_token"
_PURPOSE = b"form token"


def form_token(cookie: str) -> str:
    """Derives the token of a form from a cookie's secret.

    Only who can read the cookie can make it, so it needs no key of ours and dies with the session.
    """
    return hmac.digest(cookie.encode(), _PURPOSE, sha256).hex()


def is_form_token(cookie: str, token: str) -> bool:
    """Tells whether a form was ours, in constant time."""
    return bool(cookie) and hmac.compare_digest(form_token(cookie).encode(), token.encode())
