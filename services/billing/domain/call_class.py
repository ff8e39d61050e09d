"""Classes of calls: which way they went and where to, as far as prices tell them apart."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """Which way a call went, seen from the client's dialer."""

    OUTBOUND = "OUTBOUND"
    INBOUND = "INBOUND"


class CallClass(NamedTuple):
    """Calls of a direction and a zone; empty is any."""

    direction: str = ""
    zone: str = ""

    def label(self, among: Collection[CallClass]) -> str:
        """Says which calls these are, where there is more than one class."""
        if self == ANY:
            return "" if len(among) < 2 else "other"
        return ", ".join(part for part in (self.direction.lower(), self.zone) if part)


ANY = CallClass()


def class_of(direction: str, zone: str, classes: Collection[CallClass]) -> CallClass | None:
    """Gives the most specific class that a call fits, None if it fits none.

    A zone says more than a direction: where a call goes is what it costs.
    """
    candidates = (
        CallClass(direction, zone),
        CallClass(zone=zone),
        CallClass(direction=direction),
        ANY,
    )
    return next((each for each in candidates if each in classes), None)
