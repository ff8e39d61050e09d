"""Minutes a day of one month, for the chart and for the table beneath it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import orjson

from services.gateway.portal.calendar import days_of

if TYPE_CHECKING:
    from veneer.usage.v1.usage_summary_service_pb2 import UsageSummary


@dataclass(frozen=True, slots=True)
class DayUsage:
    """The usage of one day."""

    day: date
    call_count: int = 0
    answered_call_count: int = 0
    billable_seconds: int = 0


@dataclass(frozen=True, slots=True)
class UsageChart:
    """All days of a month that have come, in order, and the chart's points as JSON."""

    days: list[DayUsage]
    points: str


def usage_chart(summary: UsageSummary, month: str, today: date) -> UsageChart:
    """Fills the days without calls with zeros, and leaves out those that have not come."""
    told = {
        date(each.date.year, each.date.month, each.date.day): DayUsage(
            date(each.date.year, each.date.month, each.date.day),
            each.call_count,
            each.answered_call_count,
            each.billable_seconds,
        )
        for each in summary.days
    }
    all_days = days_of(month)
    days = [told.get(day, DayUsage(day)) for day in all_days if day <= today or day in told]
    points = {
        "days": [day.day for day in all_days],
        # For pixels only: what is charged is never computed from these.
        "minutes": [round(each.billable_seconds / 60, 1) for each in days],
        "month": month,
    }
    return UsageChart(days, orjson.dumps(points).decode())
