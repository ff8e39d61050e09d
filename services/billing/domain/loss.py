"""Losses on single calls: which durations cost more than they are charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
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


def worst_call(charge: CallPrice, cost: CallPrice) -> WorstCall | None:
    """Gives the worst of the durations of 1 to 7200 seconds; None if none of them loses."""
    # The loss is a sum of counted seconds at fixed rates, so it is largest at a corner.
    worst: tuple[Fraction, int] | None = None
    per_second = charge.unit_price / 60, cost.unit_price / 60
    fees = Fraction(cost.tariff.connect_fee) - Fraction(charge.tariff.connect_fee)
    for charged, paid, seconds in _corners(_counting(charge.tariff), _counting(cost.tariff)):
        candidate = paid * per_second[1] - charged * per_second[0] + fees, -seconds
        worst = max(worst, candidate) if worst else candidate
    assert worst is not None, "there are durations"
    return WorstCall(-worst[1], worst[0]) if worst[0] > 0 else None


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


def _counting(tariff: DurationTariff) -> DurationTariff:
    """Gives a tariff without its fee, which counts no seconds."""
    return replace(tariff, connect_fee=Decimal(0))


@lru_cache(maxsize=512)
def _corners(charge: DurationTariff, cost: DurationTariff) -> tuple[tuple[int, int, int], ...]:
    """Gives seconds charged, seconds paid and duration at the corners of all durations.

    Every duration is looked at, once for two tariffs: free seconds, minimums and two kinds of
    increments leave no shortcut that could be trusted with money. Seconds charged and paid are the
    two sides of a point; whatever the rates are, the largest loss is at a corner of the hull of
    these points. Both grow with the duration, so of equal losses the shortest is a corner too.
    """
    prices = CallPrice(Fraction(0), charge), CallPrice(Fraction(0), cost)
    shortest: dict[tuple[int, int], int] = {}
    for seconds in range(1, LONGEST_SECONDS + 1):
        charged, paid = (price.billed_seconds(seconds) for price in prices)
        shortest.setdefault((charged, paid), seconds)
    points = sorted(shortest)
    hull = {*_half_hull(points), *_half_hull(points[::-1])}
    return tuple((*point, shortest[point]) for point in sorted(hull))


def _half_hull(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    hull: list[tuple[int, int]] = []
    for point in points:
        while len(hull) > 1 and _turn(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    return hull


def _turn(first: tuple[int, int], second: tuple[int, int], third: tuple[int, int]) -> int:
    """Gives more than 0 where the way through three points turns left, 0 where it is straight."""
    ahead, aside = second[0] - first[0], second[1] - first[1]
    return ahead * (third[1] - first[1]) - aside * (third[0] - first[0])
