"""Billing periods: months of a tenant's own time zone, from the first or from an anchor day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from services.kit.errors import InvalidRequest

_MONTH = re.compile(r"(20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the years 2000 to 2199, in no zone in particular.

    It is named after the calendar month in which it begins, on its anchor day: 2025-10 with the
    anchor 15 is October 15 to November 14. A month that has no such day begins a period on its
    last day. Every period of a tenant has the same anchor, so its name alone tells it from others.
    """

    year: int
    month: int
    anchor_day: int = field(default=1, compare=False)

    @classmethod
    def parse(cls, text: str, field: str) -> Self:
        """Reads `yyyy-mm`; refuses anything else with INVALID_REQUEST at `field`."""
        found = _MONTH.fullmatch(text)
        if found is None:
            raise InvalidRequest.at(field, "Must be a month, yyyy-mm.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def current(cls, now: datetime, time_zone: str, anchor_day: int = 1) -> Self:
        """Gives the month that `now` lies in, in `time_zone`."""
        return cls.of(now.astimezone(ZoneInfo(time_zone)).date(), anchor_day)

    @classmethod
    def of(cls, day: date, anchor_day: int = 1) -> Self:
        """Gives the month that a date lies in."""
        begun = cls(day.year, day.month, anchor_day)
        return begun if begun.first_date <= day else begun.previous

    def anchored(self, anchor_day: int) -> Self:
        """Gives the month of this name with another anchor."""
        return replace(self, anchor_day=anchor_day)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_date(self) -> date:
        """The first local date."""
        last_day = monthrange(self.year, self.month)[1]
        return date(self.year, self.month, min(self.anchor_day, last_day))

    @property
    def end_date(self) -> date:
        """The first local date after the month."""
        return self.next.first_date

    @property
    def next(self) -> Self:
        """The month after."""
        return replace(self, year=self.year + self.month // 12, month=self.month % 12 + 1)

    @property
    def previous(self) -> Self:
        """The month before."""
        return replace(self, year=self.year - (self.month == 1), month=(self.month - 2) % 12 + 1)

    def start_time(self, time_zone: str) -> datetime:
        """Gives the instant at which the month begins in `time_zone`, in UTC."""
        return _midnight(self.first_date, time_zone)

    def end_time(self, time_zone: str) -> datetime:
        """Gives the instant at which the next month begins in `time_zone`, in UTC."""
        return _midnight(self.end_date, time_zone)

    def is_over(self, now: datetime, time_zone: str) -> bool:
        """Tells whether the month has ended in `time_zone`."""
        return now >= self.end_time(time_zone)


def _midnight(local_date: date, time_zone: str) -> datetime:
    zone = ZoneInfo(time_zone)
    # A midnight that clocks skip is read with the offset before the change, which makes it the
    # instant of the change: the first of that date.
    midnight = datetime(local_date.year, local_date.month, local_date.day, tzinfo=zone)
    return midnight.astimezone(UTC)
