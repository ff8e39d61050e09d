"""Free seconds: what a call begins with, at no charge."""

from __future__ import annotations


def beyond(seconds: int, free: int) -> int:
    """Gives what is left of a call after its free seconds; nothing if it was no longer."""
    return max(0, seconds - free)
