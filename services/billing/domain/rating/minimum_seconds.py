"""Minimum seconds: what a call counts at least, if it counts at all."""

from __future__ import annotations


def at_least(seconds: int, minimum: int) -> int:
    """Lifts a call to the minimum; a call of nothing stays nothing."""
    return max(seconds, minimum) if seconds else 0
