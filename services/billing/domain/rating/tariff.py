"""How seconds become billed seconds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.billing.domain.rating import free_seconds, increments, minimum_seconds


class Rounding(StrEnum):
    """When the rounding up is done: on the seconds of the period together, or on each call."""

    PER_PERIOD = "PER_PERIOD"
    PER_CALL = "PER_CALL"


@dataclass(frozen=True, slots=True)
class DurationTariff:
    """At least the first increment, beyond it whole next increments; all durations in seconds.

    Free and minimum seconds are those of each call, whenever the rounding is done. The connect
    fee is for each answered call.
    """

    rounding: Rounding
    first_increment_seconds: int
    next_increment_seconds: int
    free_seconds: int = 0
    minimum_seconds: int = 0
    connect_fee: Decimal = Decimal(0)

    def counted(self, seconds: int) -> int:
        """Gives what a call counts before rounding."""
        beyond = free_seconds.beyond(seconds, self.free_seconds)
        return minimum_seconds.at_least(beyond, self.minimum_seconds)

    def round_up(self, seconds: int) -> int:
        """Rounds a duration up; nothing stays nothing."""
        return increments.round_up(
            seconds, self.first_increment_seconds, self.next_increment_seconds
        )
