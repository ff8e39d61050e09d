"""What a client owes for a month, computed from its usage and prices by nothing of billing's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Prices:
    """What holds from a day on: a month's platform, a minute, a number a month, an hour of help.

    Minutes are the seconds of a month, or of its days at these prices, rounded up. `by_days`
    splits a month that they begin in; others leave its monthly items to the prices before.
    """

    since: date
    platform: str
    minute: str
    number: str
    hour: str
    by_days: bool = False


@dataclass
class Used:
    """All that was used: calls as day, seconds and how many, numbers by month, hours of help."""

    calls: list[tuple[date, int, int]] = field(default_factory=list)
    numbers: dict[date, int] = field(default_factory=dict)
    hours: list[tuple[date, str]] = field(default_factory=list)

    def minutes(self, start: date, end: date) -> int:
        """Gives the whole minutes from a day to before another."""
        seconds = sum(each * count for day, each, count in self.calls if start <= day < end)
        return -(-seconds // 60)

    def helped(self, start: date, end: date) -> Fraction:
        """Gives the hours of help from a day to before another."""
        found = (Fraction(hours) for day, hours in self.hours if start <= day < end)
        return sum(found, Fraction(0))


def cents(amount: Fraction) -> Decimal:
    """Rounds half up, as a bank does."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(_CENT, ROUND_HALF_UP)


def owed(used: Used, books: list[Prices], first: date) -> dict[str, Decimal]:
    """Gives what is owed for the month that begins with `first`, by item."""
    end = (first + timedelta(days=32)).replace(day=1)
    total = {"platform": Decimal(0), "numbers": Decimal(0)}
    for book, start, until in _stretches([each for each in books if _counts(each, first)], first):
        share = Fraction((until - start).days, (end - first).days)
        total["platform"] += cents(Fraction(book.platform) * share)
        total["numbers"] += cents(Fraction(book.number) * share * used.numbers.get(first, 0))
    total |= {"minutes": Decimal(0), "help": Decimal(0)}
    for book, start, until in _stretches(books, first):
        total["minutes"] += cents(Fraction(book.minute) * used.minutes(start, until))
        total["help"] += cents(Fraction(book.hour) * used.helped(start, until))
    return total


def _counts(book: Prices, first: date) -> bool:
    """Tells whether a month's monthly items may be charged by a book."""
    return book.since <= first or book.by_days


def _stretches(books: list[Prices], first: date) -> Iterator[tuple[Prices, date, date]]:
    """Gives the books in force in a month, each with its first day and the day after its last."""
    end = (first + timedelta(days=32)).replace(day=1)
    begins = [max(each.since, first) for each in books]
    for book, start, until in zip(books, begins, [*begins[1:], end], strict=True):
        if start < min(until, end):
            yield book, start, min(until, end)
