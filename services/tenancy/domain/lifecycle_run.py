"""A lifecycle run: what it is for, its steps, and how far it has come."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from services.kit.errors import Kind, Refusal
from services.tenancy.domain.durable_run import Step, StepState, first_to_do, with_step


class LifecycleStateForbids(Refusal):
    """The client, or its run, is in no state in which this can be done to it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LIFECYCLE_STATE_FORBIDS"


class LifecycleRunOpen(Refusal):
    """Another run of the client has not ended."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LIFECYCLE_RUN_OPEN"


class RunKind(StrEnum):
    """What a run is for."""

    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    TERMINATE = "TERMINATE"
    WITHDRAW = "WITHDRAW"


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "RUNNING"
    WAITING = "WAITING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"


class StepName(StrEnum):
    """What steps do."""

    CONFIRMATION = "confirmation"
    END_OF_SERVICE = "end-of-service"
    LOG_INS = "log-ins"
    DIALER = "dialer"
    NOTICE = "notice"
    FINAL_INVOICE = "final-invoice"


# How runs stand that have not come to their end.
OPEN: Final = (RunState.RUNNING, RunState.WAITING, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class LifecycleRun:
    """A run. `lease` counts who has taken it up: what an earlier one finds is not kept."""

    run_id: str
    tenant_id: str
    kind: RunKind
    reason: str
    state: RunState
    steps: tuple[Step[StepName], ...]
    create_time: datetime
    next_attempt_time: datetime
    attempts: int = 0
    lease: int = 0
    trouble: str = ""
    end_time: datetime | None = None
    service_end_time: datetime | None = None
    is_by_client: bool = False

    @property
    def is_withdrawable(self) -> bool:
        """Whether it ends a service that has not ended."""
        is_before = any(
            step.name is StepName.END_OF_SERVICE and step.state is not StepState.DONE
            for step in self.steps
        )
        return is_before and self.state in OPEN

    def is_due(self, now: datetime) -> bool:
        """Tells whether the service that it ends was to end by now."""
        return self.service_end_time is not None and self.service_end_time <= now

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/lifecycleRuns/{self.run_id}"

    @property
    def next_step(self) -> Step[StepName] | None:
        """The first step that is not done."""
        return first_to_do(self.steps)

    def with_step(self, step: Step[StepName]) -> Self:
        """Gives the run with a step as it is now."""
        return replace(self, steps=with_step(self.steps, step))

    def request_id(self, name: StepName) -> str:
        """Gives the id of the request that a step makes of others: always the same one."""
        digest = hashlib.sha256(f"{self.name}/{name}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))
