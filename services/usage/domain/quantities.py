"""Quantities: what is to be priced over a span, as stored before an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from services.kit.errors import InvalidRequest
from services.usage.domain.measurement import MeterTotal

LONGEST_SPAN_DAYS: Final = 400


class Bar(NamedTuple):
    """Calls alike in everything that a price may depend on, over all dates of a span."""

    direction: int
    zone: str
    route: str
    billable_seconds: int
    calls: int


@dataclass(frozen=True, slots=True)
class Quantities:
    """All quantities of a tenant over a span, as stored before `as_of_time`."""

    bars: list[Bar]
    meter_totals: list[MeterTotal]
    as_of_time: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Local dates from `start_date` to before `end_date`."""

    start_date: date
    end_date: date


def check_span(span: Span) -> None:
    """Refuses an empty span, and one that is longer than is read at once."""
    if not 1 <= (span.end_date - span.start_date).days <= LONGEST_SPAN_DAYS:
        complaint = f"Must be 1 to {LONGEST_SPAN_DAYS} days after start_date."
        raise InvalidRequest.at("end_date", complaint)
