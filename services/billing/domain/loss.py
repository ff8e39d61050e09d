"""Losses on single calls: which durations cost more than they are charged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Final

from services.billing.domain import amounts
from services.billing.domain.rating.tariff import DurationTariff, Rounding

LONGEST_SECONDS: Final = 7200

# Of a thousand answered calls of a predictive dialer, how many last so long: machines and refusals
# first, few conversations. What prices are held against where a client has no calls yet.
USUAL_CALLS: Final[Mapping[int, int]] = {
    3: 90,
    7: 150,
    14: 180,
    22: 160,
    31: 120,
    46: 90,
    75: 70,
    130: 60,
    245: 45,
    490: 25,
    1100: 10,
}


@dataclass(frozen=True, slots=True)
class CallPrice:
    """What single calls are charged or cost: so much a minute by a tariff.

    A rounding up of the period is of the period: no single call is charged with it.
    """

    unit_price: Fraction
    tariff: DurationTariff

    def of(self, seconds: int) -> Fraction:
        """Gives the exact price of one call; nothing if it was not answered."""
        if not seconds:
            return Fraction(0)
        billed = amounts.minutes(self.billed_seconds(seconds))
        return billed * self.unit_price + Fraction(self.tariff.connect_fee)

    def billed_seconds(self, seconds: int) -> int:
        """Gives the seconds that one call counts."""
        counted = self.tariff.counted(seconds)
        is_single = self.tariff.rounding is Rounding.PER_CALL
        return self.tariff.round_up(counted) if is_single else counted

    def of_all(self, calls: Mapping[int, int]) -> Fraction:
        """Gives the exact price of calls; `calls` is billable seconds -> number of calls."""
        return sum((self.of(seconds) * count for seconds, count in calls.items()), Fraction(0))


@dataclass(frozen=True, slots=True)
class WorstCall:
    """The duration at which a call loses most, the shortest of several, and the exact loss."""

    seconds: int
    loss: Fraction


@lru_cache(maxsize=4096)
def worst_call(charge: CallPrice, cost: CallPrice) -> WorstCall | None:
    """Gives the worst of the durations of 1 to 7200 seconds; None if none of them loses.

    Looks at every one of them: fees, free seconds, minimums and two kinds of increments leave no
    shortcut that could be trusted with money.
    """
    # In whole numbers, since there are seven thousand durations for each price and cost.
    scale = lcm(*(_denominator(each) for each in (charge, cost)))
    losses = map(int.__sub__, _scaled(cost, scale), _scaled(charge, scale))
    loss, shortest = max((loss, -seconds) for seconds, loss in enumerate(losses, start=1))
    return WorstCall(-shortest, Fraction(loss, scale)) if loss > 0 else None


def loss_of(charge: CallPrice, cost: CallPrice, calls: Mapping[int, int]) -> Fraction:
    """Gives what calls cost beyond what they are charged; negative if they earn."""
    return cost.of_all(calls) - charge.of_all(calls)


def price_that_keeps(
    charge: CallPrice, costs: Fraction, calls: Mapping[int, int], margin: Fraction
) -> Fraction:
    """Gives the price of a minute at which calls that cost so much bring the margin.

    `margin` is a share of the charge, less than 1; the calls count at least a second.
    """
    answered = {seconds: count for seconds, count in calls.items() if seconds}
    billed = sum(charge.billed_seconds(seconds) * count for seconds, count in answered.items())
    fees = Fraction(charge.tariff.connect_fee) * sum(answered.values())
    return max(Fraction(0), (costs / (1 - margin) - fees) / amounts.minutes(billed))


def _denominator(price: CallPrice) -> int:
    per_second = price.unit_price / 60
    return lcm(per_second.denominator, Fraction(price.tariff.connect_fee).denominator)


def _scaled(price: CallPrice, scale: int) -> list[int]:
    per_second = int(price.unit_price / 60 * scale)
    fee = int(Fraction(price.tariff.connect_fee) * scale)
    return [
        price.billed_seconds(seconds) * per_second + fee
        for seconds in range(1, LONGEST_SECONDS + 1)
    ]
