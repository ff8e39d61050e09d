"""Local dates: on which day of a tenant's billing zone a call counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.kit.errors import InvalidRequest

# Since 1972 every zone's offset, and so every zone's midnight, is at a quarter of an hour UTC.
BUCKET_SECONDS: Final = 900
_MOST_BUCKETS: Final = 100_000


class LocalDates(dict[int, date]):
    """Dates by quarter of an hour since 1970 UTC, worked out when first asked for.

    A dictionary, because a batch asks ten thousand times for the same few quarters.
    """

    def __init__(self, time_zone: str) -> None:
        super().__init__()
        self._zone = _zone(time_zone)

    def __missing__(self, bucket: int) -> date:
        if len(self) >= _MOST_BUCKETS:
            self.clear()
        instant = datetime.fromtimestamp(bucket * BUCKET_SECONDS, UTC)
        day = self[bucket] = instant.astimezone(self._zone).date()
        return day


@lru_cache(maxsize=512)
def local_dates(time_zone: str) -> LocalDates:
    """Gives the dates of an IANA zone; refuses with INVALID_REQUEST if there is no such zone."""
    return LocalDates(time_zone)


def _zone(time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A directory of the database of zones raises an OSError.
        raise InvalidRequest.at("time_zone", "Must be an IANA time zone.") from None
