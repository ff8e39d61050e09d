"""Rating ten million calls again from their histogram, against rating them one by one."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from bench.figure import Figure, middle
from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import ANY, CallClass
from services.billing.domain.charges import charge_lines
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.price import Price
from services.billing.domain.quantities import CallKind, MonthQuantities, Span, SpanQuantities
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding

_CALLS: Final = 10_000_000
_LONGEST_SECONDS: Final = 3600
# Most calls of a predictive dialer are short: each second more is that much rarer.
_FALLING: Final = 0.985
_WAYS: Final = (("OUTBOUND", "US", 80), ("OUTBOUND", "CA", 12), ("INBOUND", "US", 8))
_PRICES: Final = {"US": "0.0215", "CA": "0.0345"}
_TARIFF: Final = DurationTariff(Rounding.PER_CALL, 6, 6)
_MONTH: Final = Month(2025, 10)
_NOW: Final = datetime(2025, 11, 3, tzinfo=UTC)
_OURS_ROUNDS: Final = 5
_WANTED: Final = 100.0

Histogram = dict[CallKind, int]


def measure() -> list[Figure]:
    """Rates the same calls both ways in turns; the amounts must be the same to the cent."""
    histogram = _histogram()
    calls = [_calls(histogram, *way) for way, _ in _ways()]
    ours_ms, reference_ms = [], []
    for _ in range(_OURS_ROUNDS):
        started = time.perf_counter()
        ours = _from_histogram(histogram)
        ours_ms.append((time.perf_counter() - started) * 1000)
    started = time.perf_counter()
    reference = _one_by_one(calls)
    reference_ms.append((time.perf_counter() - started) * 1000)
    if ours != reference:
        raise SystemExit(f"{ours} from the histogram are {reference} call by call")
    times = (middle(ours_ms), middle(reference_ms))
    return [Figure.times_faster(f"rating {_CALLS:,} calls again", times, _WANTED)]


def _ways() -> Iterator[tuple[tuple[str, str], int]]:
    for direction, zone, percent in _WAYS:
        yield (direction, zone), percent


def _histogram() -> Histogram:
    weights = [_FALLING**second for second in range(1, _LONGEST_SECONDS + 1)]
    scale = _CALLS / sum(weights)
    found: Histogram = {}
    for (direction, zone), percent in _ways():
        for second, weight in enumerate(weights, start=1):
            count = max(1, round(weight * scale * percent / 100))
            found[CallKind("r1", direction, zone, second)] = count
    # What rounding has left over or lacks.
    found[CallKind("r1", *_WAYS[0][:2], 1)] += _CALLS - sum(found.values())
    return found


def _calls(histogram: Histogram, direction: str, zone: str) -> tuple[str, array[int]]:
    """Gives the seconds of each call of a way, call by call."""
    seconds: array[int] = array("H")
    for kind, count in histogram.items():
        if (kind.direction, kind.zone) == (direction, zone):
            seconds.extend(array("H", [kind.seconds]) * count)
    return zone, seconds


def _from_histogram(histogram: Histogram) -> list[Decimal]:
    prices = {
        (Item.MINUTES, CallClass(zone=zone)): Price(PerUnit(Decimal(price)), _TARIFF)
        for zone, price in _PRICES.items()
    }
    prices[Item.PLATFORM_LICENSE, ANY] = Price(PerUnit(Decimal(0)))
    book = PriceBook("bench", date(2025, 1, 1), "USD", prices, _NOW)
    span = SpanQuantities(Span(_MONTH.first_date, _MONTH.end_date), histogram, Decimal(0))
    lines = charge_lines("bench", [book], MonthQuantities(_MONTH, _NOW, 0, Decimal(0), (span,)))
    return sorted(line.amount.amount for line in lines if line.item is Item.MINUTES)


def _one_by_one(calls: list[tuple[str, array[int]]]) -> list[Decimal]:
    """What a rater of single calls has to do at least: an exact amount for each, and their sum.

    It reads no record and keeps none. Sixty times the amounts, which are decimals then.
    """
    amounts = dict.fromkeys(_PRICES, Decimal(0))
    for zone, seconds in calls:
        price = Decimal(_PRICES[zone])
        total = Decimal(0)
        for second in seconds:
            total += _TARIFF.round_up(_TARIFF.counted(second)) * price
        amounts[zone] += total
    return sorted(_rounded(Fraction(amount) / 60) for amount in amounts.values())


def _rounded(exact: Fraction) -> Decimal:
    thousandths = Decimal(exact.numerator * 1000) / exact.denominator
    return (thousandths / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP)
