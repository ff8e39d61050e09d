"""DIDs: the numbers that tenants hold, metered by the day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from services.kit.errors import InvalidRequest, Kind, Refusal

# After a release calls to a number may still be for its last holder.
QUARANTINE_DAYS: Final = 30
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Further back nobody is charged; a mistyped year would meter thousands of days.
_BACKDATED_DAYS_MAX = 1100


class NumberInUse(Refusal):
    """Calls would show a number that is none of the caller's any more."""

    kind = Kind.FAILED_PRECONDITION
    reason = "NUMBER_IN_USE"


class DidTargetOver(Refusal):
    """Calls can't be routed to what takes none."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DID_TARGET_OVER"


@dataclass(frozen=True, slots=True)
class Did:
    """A number held from `start_date` to the day before `end_date`, in the tenant's billing zone.

    `did_id` is the number without plus. Days before `metered_until` have been metered. `target`
    is who takes its calls: `campaigns/{id}`, `agents/{id}`, or empty for whoever takes calls.
    """

    tenant_id: str
    did_id: str
    start_date: date
    metered_until: date
    create_time: datetime
    end_date: date | None = None
    target: str = ""

    @property
    def phone_number(self) -> str:
        """E.164 with plus."""
        return f"+{self.did_id}"


def new_did(tenant_id: str, phone_number: str, start_date: date, at: datetime) -> Did:
    """Makes a DID; refuses what is no E.164 number, and days too long ago."""
    check_number(phone_number, "did.phone_number")
    if start_date < at.date() - timedelta(days=_BACKDATED_DAYS_MAX):
        raise InvalidRequest.at(
            "did.start_date", f"Must not lie more than {_BACKDATED_DAYS_MAX} days back."
        )
    return Did(tenant_id, phone_number[1:], start_date, start_date, at)


def check_number(phone_number: str, field: str) -> None:
    """Refuses what is no E.164 number with plus."""
    if not _E164.fullmatch(phone_number):
        raise InvalidRequest.at(field, "Must be E.164 with plus.")


def released(did: Did, today: date) -> Did:
    """The number, held for the last time today; one that is not held any more stays as it is."""
    if did.end_date is not None:
        return did
    return replace(did, end_date=max(today + timedelta(days=1), did.start_date))


def days_to_meter(did: Did, today: date) -> Iterator[date]:
    """Gives the days held, up to and with `today`, that have not been metered."""
    day = max(did.start_date, did.metered_until)
    end = today + timedelta(days=1)
    if did.end_date is not None:
        end = min(end, did.end_date)
    while day < end:
        yield day
        day += timedelta(days=1)
