"""Billing periods: calendar months of a tenant's own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from services.kit.errors import InvalidRequest

_MONTH = re.compile(r"(20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of the years 2000 to 2199, in no zone in particular."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str, field: str) -> Self:
        """Reads `yyyy-mm`; refuses anything else with INVALID_REQUEST at `field`."""
        found = _MONTH.fullmatch(text)
        if found is None:
            raise InvalidRequest.at(field, "Must be a month, yyyy-mm.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def current(cls, now: datetime, time_zone: str) -> Self:
        """Gives the month that `now` lies in, in `time_zone`."""
        local = now.astimezone(ZoneInfo(time_zone))
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_date(self) -> date:
        """The first local date."""
        return date(self.year, self.month, 1)

    @property
    def end_date(self) -> date:
        """The first local date after the month."""
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)

    @property
    def previous(self) -> Month:
        """The month before."""
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

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
