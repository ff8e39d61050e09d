"""What went wrong in a run, as an operator reads it."""

from __future__ import annotations

from typing import Final

from services.kit.errors import Kind, Refusal

# What a later attempt may do better.
_PASSING: Final = (Kind.UNAVAILABLE, Kind.ABORTED, Kind.RESOURCE_EXHAUSTED)


def is_passing(error: Exception) -> bool:
    """Tells whether a later attempt may do better; of a bug nobody knows."""
    return not isinstance(error, Refusal) or error.kind in _PASSING


def trouble_text(error: Exception) -> str:
    """Gives what an operator reads; of a bug no more than its name."""
    if not isinstance(error, Refusal):
        return type(error).__name__
    details = "; ".join(f"{each.field}: {each.description}" for each in error.violations)
    return f"{error.reason}: {error.message} {details}".strip()[:300]
