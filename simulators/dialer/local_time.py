"""Local dates and times of epochs, fast: offsets are looked up once per quarter of an hour."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Zones change their offset only at whole quarters of an hour.
_BUCKET_SECONDS = 900


class LocalTime:
    """One zone's wall clock."""

    def __init__(self, zone_name: str) -> None:
        self.zone = ZoneInfo(zone_name)
        self._offsets: dict[int, int] = {}
        self._dates: dict[int, str] = {}
        self._hours: dict[int, tuple[str, str, int]] = {}

    def offset(self, epoch: int) -> int:
        """Seconds to add to UTC at this instant."""
        bucket = epoch // _BUCKET_SECONDS
        offset = self._offsets.get(bucket)
        if offset is None:
            delta = datetime.fromtimestamp(bucket * _BUCKET_SECONDS, self.zone).utcoffset()
            offset = self._offsets[bucket] = int((delta or timedelta()).total_seconds())
        return offset

    def date(self, epoch: int) -> str:
        """The local date, YYYY-MM-DD."""
        bucket = epoch // _BUCKET_SECONDS
        text = self._dates.get(bucket)
        if text is None:
            text = self._dates[bucket] = self.text(epoch, "%Y-%m-%d")
        return text

    def text(self, epoch: int, form: str) -> str:
        """The local time in a strftime format."""
        return time.strftime(form, time.gmtime(epoch + self.offset(epoch)))

    def stamp(self, epoch: int) -> str:
        """The local time as the tables hold it; the hour that clocks repeat comes twice."""
        hour, _, minute, second = self._parts(epoch)
        return f"{hour}:{minute:02d}:{second:02d}"

    def digits(self, epoch: int) -> str:
        """The local time as MMDDHHMMSS."""
        _, hour, minute, second = self._parts(epoch)
        return f"{hour}{minute:02d}{second:02d}"

    def _parts(self, epoch: int) -> tuple[str, str, int, int]:
        bucket, seconds = divmod(epoch, _BUCKET_SECONDS)
        known = self._hours.get(bucket)
        if known is None:
            first = bucket * _BUCKET_SECONDS
            hour, digits = self.text(first, "%Y-%m-%d %H|%m%d%H").split("|")
            known = self._hours[bucket] = (hour, digits, int(self.text(first, "%M")))
        return known[0], known[1], known[2] + seconds // 60, seconds % 60

    def month_start(self, year: int, month: int) -> int:
        """Epoch of a local month's first second; months outside 1 to 12 carry into the year."""
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        return int(datetime(year, month, 1, tzinfo=self.zone).timestamp())

    def calling_windows(self, first: int, last: int, opening: int, closing: int) -> list[Window]:
        """The parts of [first, last) between two local hours on Monday to Saturday."""
        windows = []
        day = datetime.fromtimestamp(first, self.zone).date()
        while (
            midnight := datetime(day.year, day.month, day.day, tzinfo=self.zone)
        ).timestamp() < last:
            if day.weekday() < 6:
                begin = max(first, int(midnight.replace(hour=opening).timestamp()))
                end = min(last, int(midnight.replace(hour=closing).timestamp()))
                if begin < end:
                    windows.append((begin, end))
            day += timedelta(days=1)
        return windows

    def repeated_hour(self, first: int, last: int) -> int | None:
        """Epoch at which the zone's clocks go back within [first, last), if they do."""
        before = self.offset(first)
        for epoch in range(first - first % _BUCKET_SECONDS, last, _BUCKET_SECONDS):
            now = self.offset(epoch)
            if now < before:
                return epoch
            before = now
        return None


Window = tuple[int, int]


@cache
def local_time(zone_name: str) -> LocalTime:
    """The zone's clock, one object per process so that its cache is shared."""
    return LocalTime(zone_name)


def utc_day(epoch: int) -> str:
    """YYYYMMDD of the UTC day, as in the journal files' names."""
    return _day_name(epoch // 86_400)


@cache
def _day_name(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y%m%d")
