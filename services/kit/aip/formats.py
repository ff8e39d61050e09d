"""AIP-202 and 142: formats of single values; each check gives a complaint or None."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I)

# Years 1 to 9999, what both RFC 3339 and a `datetime` can hold.
_FIRST_SECOND, _LAST_SECOND = -62135596800, 253402300799
_DURATION_SECONDS = 315576000000


def uuid4(text: str) -> str | None:
    """Complains about anything but a random UUID with hyphens."""
    return None if _UUID4.fullmatch(text) else "Must be a random UUID (version 4)."


def storable_text(text: str) -> str | None:
    """Complains about text that PostgreSQL can't hold."""
    return "Must not contain the character U+0000." if "\0" in text else None


def of_known_type(full_name: str) -> tuple[Callable[[Any], str | None], ...]:
    """Gives the checks of a message type of Google's."""
    found = _KNOWN.get(full_name)
    return (found,) if found else ()


def _timestamp(value: Any) -> str | None:
    in_range = _FIRST_SECOND <= value.seconds <= _LAST_SECOND and 0 <= value.nanos < 10**9
    return None if in_range else "Must be an instant of the years 1 to 9999."


def _duration(value: Any) -> str | None:
    in_range = abs(value.seconds) <= _DURATION_SECONDS and abs(value.nanos) < 10**9
    same_sign = value.seconds * value.nanos >= 0
    return None if in_range and same_sign else "Must be a span of at most 10,000 years."


def _date(value: Any) -> str | None:
    try:
        date(value.year, value.month, value.day)
    except ValueError:
        return "Must be a full date of the calendar."
    return None


_KNOWN: dict[str, Callable[[Any], str | None]] = {
    "google.protobuf.Timestamp": _timestamp,
    "google.protobuf.Duration": _duration,
    "google.type.Date": _date,
}
