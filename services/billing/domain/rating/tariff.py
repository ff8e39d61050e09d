"""How seconds become billed seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rounding(StrEnum):
    """When the rounding up is done: on the seconds of the period together, or on each call."""

    PER_PERIOD = "PER_PERIOD"
    PER_CALL = "PER_CALL"


@dataclass(frozen=True, slots=True)
class DurationTariff:
    """At least the first increment, beyond it whole next increments; both in seconds."""

    rounding: Rounding
    first_increment_seconds: int
    next_increment_seconds: int

    def round_up(self, seconds: int) -> int:
        """Rounds a duration up; nothing stays nothing, because an unanswered call is free."""
        assert seconds >= 0
        if seconds == 0:
            return 0
        beyond = max(0, seconds - self.first_increment_seconds)
        increments = -(-beyond // self.next_increment_seconds)
        return self.first_increment_seconds + increments * self.next_increment_seconds
