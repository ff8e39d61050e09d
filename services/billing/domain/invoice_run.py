"""Invoice runs: a month of many tenants, drafted and sent one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.billing.domain.month import Month
from services.kit.errors import InvalidRequest

# A call is known within minutes of its end; what comes later than this is billed next month.
GRACE: Final = timedelta(hours=6)
GRACE_MAX: Final = timedelta(days=7)
# A service that was away for longer leaves older months to the operator.
CATCH_UP_MONTHS: Final = 3


class Mode(StrEnum):
    """What happens by itself at a tenant's month end."""

    OFF = "OFF"
    DRAFT = "DRAFT"
    ISSUE = "ISSUE"


class TaskState(StrEnum):
    """What has come of one tenant's month in a run."""

    PENDING = "PENDING"
    DRAFTED = "DRAFTED"
    ISSUED = "ISSUED"
    PARKED = "PARKED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class RunPolicy:
    """What happens at month ends from `set_time` on, so long after each as `grace` says."""

    mode: Mode
    grace: timedelta
    set_by: str
    set_time: datetime


@dataclass(frozen=True, slots=True)
class InvoiceRun:
    """A run; drafts that are ready are sent if it `is_issuing`."""

    run_id: str
    month: Month
    is_issuing: bool
    is_scheduled: bool
    create_time: datetime


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A run and how many of its tasks are in which state."""

    run: InvoiceRun
    counts: Mapping[TaskState, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task; the reasons are those of a parked draft or of a refusal."""

    state: TaskState
    reasons: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One tenant's month in a run; `attempts` counts from 1 and is the fence of a lease."""

    tenant_id: str
    run: InvoiceRun
    attempts: int
    outcome: Outcome
    update_time: datetime


def scheduled_id(month: Month) -> str:
    """Names the run that happens by itself."""
    return f"{month}-scheduled"


def scheduled_months(
    policy: RunPolicy, now: datetime, time_zone: str, anchor_day: int = 1
) -> list[Month]:
    """Gives the months of a tenant that are to be run by now: none that ended before the policy."""
    month = Month.current(now, time_zone, anchor_day)
    found: list[Month] = []
    for _ in range(CATCH_UP_MONTHS):
        month = month.previous
        end = month.end_time(time_zone)
        if policy.set_time < end and end + policy.grace <= now:
            found.append(month)
    return found


def checked_grace(seconds: int, field: str) -> timedelta:
    """Gives the grace; refuses with INVALID_REQUEST what is below nothing or too long."""
    grace = timedelta(seconds=seconds)
    if not timedelta(0) <= grace <= GRACE_MAX:
        raise InvalidRequest.at(field, f"Must be 0 to {GRACE_MAX.days} days.")
    return grace
