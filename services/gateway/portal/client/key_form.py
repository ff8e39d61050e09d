"""The forms by which keys are made and replaced: what they offer, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from starlette.datastructures import FormData

from services.gateway.portal.visit import Visit
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import api_key_service_pb2 as pb

ALL: Final = "all"
READ: Final = "read"
SOME: Final = "some"
# How long a replaced key stays good, in hours, as people say it.
OVERLAPS: Final = {"0": "stops at once", "1": "one hour", "24": "one day", "168": "a week"}
_READ_SUFFIX: Final = ".read"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed of a new key."""

    display_name: str = ""
    scope: str = ALL
    permissions: Sequence[str] = ()
    last_day: str = ""
    networks: str = ""

    @classmethod
    def of(cls, form: FormData) -> Typed:
        """Reads the form."""
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        return cls(
            display_name=texts.get("display_name", "").strip(),
            scope=texts.get("scope", ALL),
            permissions=[str(each) for each in form.getlist("permission")],
            last_day=texts.get("last_day", ""),
            networks=texts.get("networks", ""),
        )

    def key(self, held: frozenset[str], zone: ZoneInfo) -> pb.ApiKey:
        """Gives the key that is asked for; refuses what cannot be read."""
        key = pb.ApiKey(
            display_name=self.display_name,
            permissions=self._permissions(held),
            allowed_networks=self.networks.replace(",", " ").split(),
        )
        if self.last_day:
            key.expire_time.CopyFrom(_end_of(self.last_day, zone))
        return key

    def _permissions(self, held: frozenset[str]) -> list[str]:
        if self.scope == READ:
            return sorted(each for each in held if each.endswith(_READ_SUFFIX))
        if self.scope != SOME:
            return []
        if not self.permissions:
            # Nothing chosen would mean everything.
            raise InvalidRequest.at("permissions", "Choose at least one.")
        return sorted(self.permissions)


def overlap(form: Mapping[str, str]) -> Duration:
    """Gives how long a replaced key is to stay good, as its form says."""
    hours = form.get("overlap", "")
    if hours not in OVERLAPS:
        raise InvalidRequest.at("overlap", "Choose one of the offered times.")
    return Duration(seconds=int(hours) * 3600)


def offered(visit: Visit) -> list[str]:
    """Gives what the visitor may let a key do."""
    return sorted(visit.caller.permissions)


def _end_of(text: str, zone: ZoneInfo) -> Timestamp:
    """Gives the end of a day in a zone: a key is good on its last day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidRequest.at("last_day", "Must be a day such as 2026-11-01.") from None
    instant = Timestamp()
    instant.FromDatetime(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
    return instant
