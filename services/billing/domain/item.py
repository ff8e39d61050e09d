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
    AGENT_SEATS_NAMED = "AGENT_SEATS_NAMED"
    AGENT_SEATS_PEAK = "AGENT_SEATS_PEAK"
    API_CALLS = "API_CALLS"

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

# Metered for everybody, sold by some: without a price it is part of the platform, and without a
# cost nothing is paid for it. Anything else that is used must have both.
EXTRA_ITEMS = frozenset(
    {Item.SETUP_FEE, Item.AGENT_SEATS_NAMED, Item.AGENT_SEATS_PEAK, Item.API_CALLS}
)

_DESCRIPTIONS = {
    Item.PLATFORM_LICENSE: "Platform license",
    Item.MINUTES: "Minutes",
    Item.DIDS: "Phone numbers (DIDs)",
    Item.DATA_GIGABYTES: "Data storage (GB)",
    Item.SUPPORT_HOURS: "Support hours",
    Item.SETUP_FEE: "Set-up fee",
    Item.AGENT_SEATS_NAMED: "Agent seats (named)",
    Item.AGENT_SEATS_PEAK: "Agent seats (most at once)",
    Item.API_CALLS: "API calls",
}
_UNITS = {
    Item.PLATFORM_LICENSE: "month",
    Item.MINUTES: "minute",
    Item.DIDS: "number",
    Item.DATA_GIGABYTES: "gigabyte",
    Item.SUPPORT_HOURS: "hour",
    Item.SETUP_FEE: "set-up",
    Item.AGENT_SEATS_NAMED: "seat",
    Item.AGENT_SEATS_PEAK: "seat",
    Item.API_CALLS: "request",
}
