"""Summaries: the usage of one month, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Day(NamedTuple):
    """The calls of one day of the tenant's billing zone."""

    local_date: date
    calls: int
    answered_calls: int
    billable_seconds: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The usage of one month: everything stored before `as_of_time` is in it.

    `as_of_time` is None if nothing has been stored yet.
    """

    days: list[Day]
    did_count: int
    as_of_time: datetime | None
