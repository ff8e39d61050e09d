"""Increments: at least the first one, beyond it whole next ones."""

from __future__ import annotations


def round_up(seconds: int, first: int, following: int) -> int:
    """Rounds a duration up to its increments; all in seconds.

    Nothing stays nothing, because a call that was not answered is free.
    """
    assert seconds >= 0
    if seconds == 0:
        return 0
    beyond = max(0, seconds - first)
    increments = -(-beyond // following)
    return first + increments * following
