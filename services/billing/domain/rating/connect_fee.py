"""Connect fee: so much for each answered call, however long it was."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.rating.part import Part


def answered(calls: Mapping[int, int]) -> int:
    """Counts the answered calls; `calls` is billable seconds -> number of calls."""
    return sum(count for seconds, count in calls.items() if seconds)


def parts(call_count: int, fee: Decimal) -> tuple[Part, ...]:
    """Gives the fees of so many answered calls; none if there is no fee."""
    return (Part(Fraction(call_count), fee, "connect fee", "call"),) if fee else ()
