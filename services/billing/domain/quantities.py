"""What was used in a month, as it was stored before one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from services.billing.domain import amounts
from services.billing.domain.books import Book, in_force
from services.billing.domain.call_class import CallClass, class_of
from services.billing.domain.month import Month

# Billable seconds of a call -> number of such calls.
Calls = Mapping[int, int]


class CallKind(NamedTuple):
    """Calls alike in everything that a price or a cost may depend on."""

    route: str
    direction: str
    zone: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Span:
    """Local dates from the start up to, not including, the end."""

    start_date: date
    end_date: date

    @property
    def day_count(self) -> int:
        """How many dates there are."""
        return (self.end_date - self.start_date).days


@dataclass(frozen=True, slots=True)
class SpanQuantities:
    """What is charged by the day: calls by kind, and hours of support."""

    span: Span
    calls: Mapping[CallKind, int]
    support_hours: Decimal

    def calls_of(self, wants: Callable[[str], bool]) -> Calls:
        """Gives the calls on the routes that `wants` accepts."""
        wanted = {route: wants(route) for route in {kind.route for kind in self.calls}}
        found: dict[int, int] = {}
        for (route, _, _, seconds), count in self.calls.items():
            if wanted[route]:
                found[seconds] = found.get(seconds, 0) + count
        return found

    def calls_by_class(self, classes: Collection[CallClass]) -> dict[CallClass | None, Calls]:
        """Gives the calls of each class, by the most specific one that fits; None if none does."""
        ways = {(kind.direction, kind.zone) for kind in self.calls}
        fitting = {way: class_of(*way, classes) for way in ways}
        found: dict[CallClass | None, dict[int, int]] = {each: {} for each in fitting.values()}
        for (_, direction, zone, seconds), count in self.calls.items():
            of_class = found[fitting[direction, zone]]
            of_class[seconds] = of_class.get(seconds, 0) + count
        return dict(found)


@dataclass(frozen=True, slots=True)
class MonthQuantities:
    """What was used in a month; the spans are in order and cover all of it.

    `did_count` is the number of different DIDs held, `data_gigabytes` the mean over the days
    that were measured, `setup_count` how often the client was set up, which is once in its life.
    `peak_seat_count` is the most of any day, `named_seat_count` the number of different agents.
    """

    month: Month
    as_of_time: datetime
    did_count: int
    data_gigabytes: Decimal
    spans: tuple[SpanQuantities, ...]
    setup_count: int = 0
    named_seat_count: int = 0
    peak_seat_count: int = 0
    api_call_count: int = 0


def spans_of(month: Month, *timelines: Sequence[Book]) -> tuple[Span, ...]:
    """Cuts a month where a book comes into force that changes what is charged by the day."""
    starts = [month.first_date]
    effective_dates = {book.effective_date for books in timelines for book in books}
    for day in sorted(effective_dates):
        inside = month.first_date < day < month.end_date
        if inside and any(_changes(books, starts[-1], day) for books in timelines):
            starts.append(day)
    ends = [*starts[1:], month.end_date]
    return tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))


def merged(parts: Sequence[MonthQuantities]) -> MonthQuantities:
    """Adds up what several tenants used in the same spans of one month; there is at least one."""
    first = parts[0]
    assert all(_frame(part) == _frame(first) for part in parts), "of other days or instants"
    return MonthQuantities(
        month=first.month,
        as_of_time=first.as_of_time,
        did_count=sum(part.did_count for part in parts),
        data_gigabytes=sum((part.data_gigabytes for part in parts), Decimal(0)),
        spans=tuple(
            _merged_span(spans) for spans in zip(*(part.spans for part in parts), strict=True)
        ),
        named_seat_count=sum(part.named_seat_count for part in parts),
        peak_seat_count=sum(part.peak_seat_count for part in parts),
        api_call_count=sum(part.api_call_count for part in parts),
    )


def _frame(part: MonthQuantities) -> tuple[Month, datetime, list[Span]]:
    return part.month, part.as_of_time, [each.span for each in part.spans]


def _merged_span(spans: Sequence[SpanQuantities]) -> SpanQuantities:
    calls: Counter[CallKind] = Counter()
    for each in spans:
        calls.update(each.calls)
    hours = sum((each.support_hours for each in spans), Decimal(0))
    return SpanQuantities(spans[0].span, dict(calls), hours)


def mean_of_days(total: Decimal, day_count: int) -> Decimal:
    """Gives the mean of a daily gauge over the days that were measured, half up to 6 decimals."""
    return amounts.shown_quantity(Fraction(total) / day_count) if day_count else Decimal(0)


def _changes(books: Sequence[Book], before: date, after: date) -> bool:
    earlier, later = in_force(books, before), in_force(books, after)
    return (earlier and earlier.dated_terms) != (later and later.dated_terms)
