"""Proration: which book the monthly items go by on which days of a month."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from services.billing.domain.books import PriceBook, Proration, book_of_month
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span


def monthly_stretches(
    books: Sequence[PriceBook], month: Month
) -> tuple[tuple[PriceBook, Span], ...]:
    """Gives the books that a month's monthly items are charged by, each with its days.

    The first book in force in the month holds for all of it, unless a book BY_DAYS comes: that
    one is charged from its day on, and what went before up to it.
    """
    first = book_of_month(books, month)
    if first is None:
        return ()
    by_days = [
        book
        for book in sorted(books, key=lambda each: each.effective_date)
        if book.proration is Proration.BY_DAYS
        and month.first_date < book.effective_date < month.end_date
    ]
    begins_by_days = first in by_days
    starts = [first.effective_date if begins_by_days else month.first_date]
    starts += [book.effective_date for book in by_days if book is not first]
    followed = [first, *(book for book in by_days if book is not first)]
    ends = [*starts[1:], month.end_date]
    return tuple(
        (book, Span(start, end)) for book, start, end in zip(followed, starts, ends, strict=True)
    )


def share_of(span: Span, month: Month) -> Fraction:
    """Gives the part of a month's days that a span is."""
    return Fraction(span.day_count, Span(month.first_date, month.end_date).day_count)
