"""Lifecycle runs: how a client that is in is suspended and resumed, step by step."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from services.kit.errors import InvalidRequest, Kind, Refusal
from services.tenancy.domain.onboarding import ATTEMPTS_MAX, wait_after
from services.tenancy.domain.tenant import State, Tenant

REASON_LENGTH_MAX: Final = 300


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


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class StepState(StrEnum):
    """How a step stands."""

    PENDING = "PENDING"
    STARTED = "STARTED"
    DONE = "DONE"


class StepName(StrEnum):
    """What steps do."""

    LOG_INS = "log-ins"
    DIALER = "dialer"
    NOTICE = "notice"


_STEPS: Final = {
    RunKind.SUSPEND: (StepName.LOG_INS, StepName.DIALER, StepName.NOTICE),
    RunKind.RESUME: (StepName.LOG_INS, StepName.DIALER, StepName.NOTICE),
}
# How a client has to stand for a run, and how it stands when its log-ins are done.
_FROM: Final = {
    RunKind.SUSPEND: (State.ACTIVE,),
    RunKind.RESUME: (State.SUSPENDED,),
}
_TO: Final = {RunKind.SUSPEND: State.SUSPENDED, RunKind.RESUME: State.ACTIVE}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run."""

    name: StepName
    state: StepState = StepState.PENDING
    trouble: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class LifecycleRun:
    """A run. `lease` counts who has taken it up: what an earlier one finds is not kept."""

    run_id: str
    tenant_id: str
    kind: RunKind
    reason: str
    state: RunState
    steps: tuple[Step, ...]
    create_time: datetime
    next_attempt_time: datetime
    attempts: int = 0
    lease: int = 0
    trouble: str = ""
    end_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/lifecycleRuns/{self.run_id}"

    @property
    def next_step(self) -> Step | None:
        """The first step that is not done."""
        return next((step for step in self.steps if step.state is not StepState.DONE), None)

    def with_step(self, step: Step) -> Self:
        """Gives the run with a step as it is now."""
        return replace(
            self, steps=tuple(step if each.name is step.name else each for each in self.steps)
        )

    def request_id(self, name: StepName) -> str:
        """Gives the id of the request that a step makes of others: always the same one."""
        digest = hashlib.sha256(f"{self.name}/{name}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


def state_after(kind: RunKind) -> State:
    """Gives how a client stands once its run has been through its log-ins."""
    return _TO[kind]


def begun(run_id: str, tenant: Tenant, kind: RunKind, reason: str, now: datetime) -> LifecycleRun:
    """Gives a new run; refuses if there is no reason, or the client stands otherwise."""
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise InvalidRequest.at("reason", f"Must have 1 to {REASON_LENGTH_MAX} characters.")
    if tenant.is_operator or tenant.state not in _FROM[kind]:
        raise LifecycleStateForbids("The client does not stand so.", state=tenant.state)
    steps = tuple(map(Step, _STEPS[kind]))
    return LifecycleRun(run_id, tenant.tenant_id, kind, reason, RunState.RUNNING, steps, now, now)


def retried(run: LifecycleRun, now: datetime) -> LifecycleRun:
    """Gives the run ready to go on; refuses if it has ended."""
    if run.state is RunState.SUCCEEDED:
        raise LifecycleStateForbids("The run does not wait for a retry.", state=run.state)
    return replace(run, state=RunState.RUNNING, attempts=0, next_attempt_time=now, end_time=None)


def started(run: LifecycleRun, step: Step, now: datetime) -> LifecycleRun:
    """Gives the run with a step begun."""
    begin = step.start_time or now
    return run.with_step(replace(step, state=StepState.STARTED, start_time=begin, trouble=""))


def done(run: LifecycleRun, now: datetime) -> LifecycleRun:
    """Gives the run with its present step done, and ended if that was the last."""
    step = run.next_step
    assert step is not None, "an ended run is not taken on"
    step = replace(step, state=StepState.DONE, end_time=now)
    run = replace(run.with_step(step), attempts=0, trouble="")
    return run if run.next_step else replace(run, state=RunState.SUCCEEDED, end_time=now)


def failed(run: LifecycleRun, trouble: str, *, for_good: bool, now: datetime) -> LifecycleRun:
    """Gives the run after an attempt in vain: it tries again, or waits for somebody.

    Nothing is undone: a client that is half suspended is no better off half resumed.
    """
    step = run.next_step
    assert step is not None, "an ended run is not attempted"
    attempts = run.attempts + 1
    run = replace(run.with_step(replace(step, trouble=trouble)), attempts=attempts, trouble=trouble)
    if for_good or attempts >= ATTEMPTS_MAX:
        return replace(run, state=RunState.FAILED, end_time=now)
    return replace(run, next_attempt_time=now + wait_after(attempts))
