"""Keeps the operator's stock of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from services.telephony.domain.stock import NumberHeld
from services.telephony.store import TelephonyStore


async def add_to_stock(store: TelephonyStore, numbers: Sequence[str], carrier_id: str) -> int:
    """Adds numbers (without plus) of a carrier; gives how many are new.

    A number that was held lately is in quarantine, whoever brings it.
    """
    await store.carriers.get(carrier_id)
    return await store.stock_numbers.add(numbers, carrier_id)


async def take_from_stock(store: TelephonyStore, number: str) -> None:
    """Has a number (without plus) out of stock; refuses with NUMBER_HELD."""
    found = await store.stock_numbers.get(number)
    if found.tenant_id is not None:
        raise NumberHeld("A tenant holds the number.")
    await store.stock_numbers.delete(number)
