"""What goes wrong, told beforehand: one request each, in order."""

from __future__ import annotations

from collections import deque
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong with a request."""

    LOST_ANSWER = "LOST_ANSWER"
    ERROR = "ERROR"
    ERROR_AFTER_EFFECT = "ERROR_AFTER_EFFECT"
    CONFLICT = "CONFLICT"
    TOO_MANY = "TOO_MANY"


# Status and type of what is answered.
ANSWERS = {
    Fault.ERROR: (500, "api_error"),
    Fault.ERROR_AFTER_EFFECT: (500, "api_error"),
    Fault.CONFLICT: (409, "idempotency_error"),
    Fault.TOO_MANY: (429, "rate_limit_error"),
}


class Faults:
    """The faults to come, by the path that they happen on."""

    def __init__(self) -> None:
        self._coming: dict[str, deque[Fault]] = {}

    def add(self, path: str, *faults: Fault) -> None:
        """Lets the next POST requests of a path go wrong."""
        self._coming.setdefault(path, deque()).extend(faults)

    def clear(self) -> None:
        """Lets everything go right."""
        self._coming.clear()

    def take(self, path: str) -> Fault | None:
        """Gives what is to go wrong now."""
        coming = self._coming.get(path)
        return coming.popleft() if coming else None
