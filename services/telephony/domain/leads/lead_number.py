"""Ids of leads: the dialer counts those of all tenants together, which is nobody's to see."""

from __future__ import annotations

import hashlib
from typing import Final

from services.kit.errors import NotFound

_ROUNDS: Final = 4
_HALF: Final = 0xFFFF
_ID_LENGTH: Final = 8


def lead_id_of(number: int, tenant_id: str) -> str:
    """Gives the id, 8 hexadecimal digits, of the lead that has this number in the dialer.

    Tenants' own lists are what keeps a lead from others; this only says nothing of how many there
    are.
    """
    left, right = number >> 16, number & _HALF
    for turn in range(_ROUNDS):
        left, right = right, left ^ _mixed(right, turn, tenant_id)
    return f"{left << 16 | right:0{_ID_LENGTH}x}"


def lead_number_of(lead_id: str, tenant_id: str) -> int:
    """Gives the lead's number in the dialer; refuses what is no id with RESOURCE_NOT_FOUND."""
    if len(lead_id) != _ID_LENGTH or not set(lead_id) <= set("0123456789abcdef"):
        raise NotFound(resource=f"tenants/{tenant_id}")
    mixed = int(lead_id, 16)
    left, right = mixed >> 16, mixed & _HALF
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _mixed(left, turn, tenant_id), left
    return left << 16 | right


def _mixed(half: int, turn: int, tenant_id: str) -> int:
    digest = hashlib.sha256(f"{tenant_id}|{turn}|{half}".encode()).digest()
    return int.from_bytes(digest[:2], "big")
