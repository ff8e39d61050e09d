"""What is charged for."""

from __future__ import annotations

from enum import StrEnum


class Item(StrEnum):
    """What is charged for, in the order of an invoice."""

    PLATFORM_LICENSE = "PLATFORM_LICENSE"
    MINUTES = "MINUTES"
    DIDS = "DIDS"
    DATA_GIGABYTES = "DATA_GIGABYTES"
    SUPPORT_HOURS = "SUPPORT_HOURS"
    SETUP_FEE = "SETUP_FEE"

    @property
    def description(self) -> str:
        """What it is called on an invoice."""
        return _DESCRIPTIONS[self]

    @property
    def unit(self) -> str:
        """What one of it is called."""
        return _UNITS[self]


# Charged by the day on which they are used; all else is charged by the month.
DATED_ITEMS = frozenset({Item.MINUTES, Item.SUPPORT_HOURS})

_DESCRIPTIONS = {
    Item.PLATFORM_LICENSE: "Platform license",
    Item.MINUTES: "Minutes",
    Item.DIDS: "Phone numbers (DIDs)",
    Item.DATA_GIGABYTES: "Data storage (GB)",
    Item.SUPPORT_HOURS: "Support hours",
    Item.SETUP_FEE: "Set-up fee",
}
_UNITS = {
    Item.PLATFORM_LICENSE: "month",
    Item.MINUTES: "minute",
    Item.DIDS: "number",
    Item.DATA_GIGABYTES: "gigabyte",
    Item.SUPPORT_HOURS: "hour",
    Item.SETUP_FEE: "set-up",
}
