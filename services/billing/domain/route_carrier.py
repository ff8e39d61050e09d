"""Which carrier is behind a route, and whose calls take it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from services.kit.errors import InvalidRequest

_CARRIER = re.compile(r"[a-z0-9-]{1,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RouteCarrier:
    """A route, its carrier, and its tenant; without a tenant while it is nobody's."""

    route: str
    carrier: str
    tenant_id: str
    update_time: datetime


def checked_carrier(text: str, field: str) -> str:
    """Gives a carrier's name back; refuses what is none with INVALID_REQUEST at `field`."""
    if not _CARRIER.fullmatch(text):
        wanted = "Must be 1 to 63 lower-case letters, digits and hyphens."
        raise InvalidRequest.at(field, wanted)
    return text
