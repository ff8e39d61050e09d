"""Events that wait to be sent, and how they are signed."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import secrets
import time
from typing import Any


class Events:
    """What there is to tell, oldest first, until somebody sends it."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []

    def tell(self, kind: str, of: dict[str, Any]) -> None:
        """Adds an event with the object as it is now."""
        self.waiting.append(
            {
                "id": f"evt_{secrets.token_hex(8)}",
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "data": {"object": copy.deepcopy(of)},
            }
        )

    def take(self) -> list[dict[str, Any]]:
        """Gives what waits, and forgets it."""
        taken, self.waiting = self.waiting, []
        return taken


def body_of(event: dict[str, Any]) -> bytes:
    """Writes an event as it is sent."""
    return json.dumps(event).encode()


def signature_of(body: bytes, secret: str, at: int | None = None) -> str:
    """Signs a body as sent at an epoch second, now if None."""
    second = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256)
    return f"t={second},v1={digest.hexdigest()}"
