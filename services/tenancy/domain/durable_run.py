"""What runs have in common that outlive a kill: steps, a lease, and waits between attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Generic, TypeVar

# Attempts of one step in vain; with waits that double, about a quarter of an hour.
ATTEMPTS_MAX: Final = 12
LEASE: Final = timedelta(seconds=60)
LOOK_AGAIN: Final = timedelta(milliseconds=250)
_WAIT_MAX: Final = timedelta(seconds=120)


class StepState(StrEnum):
    """How a step stands."""

    PENDING = "PENDING"
    STARTED = "STARTED"
    DONE = "DONE"
    UNDONE = "UNDONE"


Name = TypeVar("Name", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[Name]):
    """One step of a run."""

    name: Name
    state: StepState = StepState.PENDING
    trouble: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None


def first_to_do(steps: Sequence[Step[Name]]) -> Step[Name] | None:
    """Gives the first step that is not done."""
    return next((step for step in steps if step.state is not StepState.DONE), None)


def with_step(steps: Sequence[Step[Name]], step: Step[Name]) -> tuple[Step[Name], ...]:
    """Gives steps with one of them as it is now."""
    return tuple(step if each.name is step.name else each for each in steps)


def wait_after(attempts: int) -> timedelta:
    """Gives how long to wait after so many attempts in vain."""
    return min(timedelta(seconds=2 ** min(attempts, 10)), _WAIT_MAX)
