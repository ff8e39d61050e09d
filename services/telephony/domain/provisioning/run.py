"""A run: what is done for a tenant in the dialer, step by step, and undone in reverse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.kit.errors import Kind, Refusal
from services.telephony.domain.provisioning.setup import Setup

ATTEMPTS_MAX: Final = 8
_WAIT_MAX: Final = timedelta(minutes=5)


class RunState(StrEnum):
    """RUNNING and UNDOING go on by themselves; FAILED waits for somebody."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


class StepState(StrEnum):
    """STARTED and UNDOING mean that its effects may be there or not."""

    PENDING = "PENDING"
    STARTED = "STARTED"
    DONE = "DONE"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


class AlreadyProvisioned(Refusal):
    """The tenant has a run that succeeded or is not over."""

    kind = Kind.FAILED_PRECONDITION
    reason = "TENANT_PROVISIONED"


class RunStateForbids(Refusal):
    """The run is in no state in which this can be done to it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "RUN_STATE_FORBIDS"


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step as it stands; `trouble` is what its last attempt met, for operators."""

    position: int
    name: str
    state: StepState = StepState.PENDING
    trouble: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stands."""

    tenant_id: str
    run_id: str
    state: RunState
    setup: Setup
    create_time: datetime
    next_attempt_time: datetime
    attempts: int = 0
    trouble: str = ""
    end_time: datetime | None = None
    steps: tuple[RunStep, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in (RunState.RUNNING, RunState.UNDOING)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), _WAIT_MAX)
