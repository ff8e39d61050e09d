"""Months and zones of tenants."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from google.type.date_pb2 import Date

from services.gateway.auth.memory import Held, Memory
from services.gateway.portal.figures import month_name
from services.kit.clock import Clock
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import directory_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.directory_service_pb2_grpc import DirectoryServiceAsyncStub

_HOLDS = timedelta(seconds=60)
_REMEMBERED_MAX = 5_000
_MONTHS_OFFERED = 13
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """A month that a page can show, `yyyy-mm`."""

    value: str
    label: str


class Zones:
    """Tells in which zone a tenant's days begin."""

    def __init__(self, directory: DirectoryServiceAsyncStub, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        self._zones: Memory[str, ZoneInfo] = Memory(clock, _REMEMBERED_MAX)

    async def of(self, tenant: str) -> ZoneInfo:
        """Gives the zone of `tenants/{tenant}`."""
        return await self._zones.get(tenant, lambda: self._ask(tenant))

    async def today(self, tenant: str) -> date:
        """Gives the tenant's present day."""
        return self._clock.now().astimezone(await self.of(tenant)).date()

    async def _ask(self, tenant: str) -> Held[ZoneInfo]:
        entry = await self._directory.GetEntry(pb.GetEntryRequest(tenant=tenant))
        try:
            zone = ZoneInfo(entry.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        return Held(zone, None, self._clock.now() + _HOLDS)


def typed_day(text: str, field: str) -> Date:
    """Reads a day as a form sends it; refuses with what to type instead."""
    try:
        return wire_day(date.fromisoformat(text))
    except ValueError as error:
        raise InvalidRequest.at(field, "Must be a day such as 2026-01-01.") from error


def wire_day(day: date) -> Date:
    """Writes a day as the contracts have it."""
    return Date(year=day.year, month=day.month, day=day.day)


def day_of(wire: Date) -> date:
    """Reads a day of the contracts."""
    return date(wire.year, wire.month, wire.day)


def month_of(day: date) -> str:
    """Gives a day's month, `yyyy-mm`."""
    return f"{day.year:04}-{day.month:02}"


def chosen_month(text: str, today: date) -> str:
    """Gives the month that was asked for, the present one if none was; refuses what is none."""
    if not text:
        return month_of(today)
    if not _MONTH.match(text):
        raise InvalidRequest.at("month", "Must be a month such as 2026-11.")
    return text


def month_choices(today: date, chosen: str) -> list[MonthChoice]:
    """Gives the present month and a year of earlier ones, latest first, and the chosen one."""
    months = []
    first = today.replace(day=1)
    for _ in range(_MONTHS_OFFERED):
        months.append(month_of(first))
        first = (first - timedelta(days=1)).replace(day=1)
    if chosen not in months:
        months = sorted([*months, chosen], reverse=True)
    return [MonthChoice(month, month_name(month)) for month in months]


def days_of(month: str) -> list[date]:
    """Gives all days of `yyyy-mm`."""
    year, number = int(month[:4]), int(month[5:])
    last = calendar.monthrange(year, number)[1]
    return [date(year, number, day) for day in range(1, last + 1)]
