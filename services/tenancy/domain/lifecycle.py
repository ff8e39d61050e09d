"""Lifecycle runs: how a client is suspended and resumed, and how its service ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.kit.errors import InvalidRequest
from services.tenancy.domain.durable_run import ATTEMPTS_MAX, Step, StepState, wait_after
from services.tenancy.domain.lifecycle_run import (
    OPEN,
    LifecycleRun,
    LifecycleStateForbids,
    RunKind,
    RunState,
    StepName,
)
from services.tenancy.domain.tenant import State, Tenant

REASON_LENGTH_MAX: Final = 300
_STEPS: Final = {
    RunKind.SUSPEND: (StepName.LOG_INS, StepName.DIALER, StepName.NOTICE),
    RunKind.RESUME: (StepName.LOG_INS, StepName.DIALER, StepName.NOTICE),
    RunKind.TERMINATE: (
        StepName.CONFIRMATION,
        StepName.END_OF_SERVICE,
        StepName.LOG_INS,
        StepName.DIALER,
        StepName.NOTICE,
        StepName.FINAL_INVOICE,
    ),
    RunKind.WITHDRAW: (StepName.NOTICE,),
}
# How a client has to stand for a run, and how it stands when its log-ins are done.
_FROM: Final = {
    RunKind.SUSPEND: (State.ACTIVE,),
    RunKind.RESUME: (State.SUSPENDED,),
    RunKind.TERMINATE: (State.ACTIVE, State.SUSPENDED),
    RunKind.WITHDRAW: (State.ACTIVE, State.SUSPENDED),
}
_TO: Final = {
    RunKind.SUSPEND: State.SUSPENDED,
    RunKind.RESUME: State.ACTIVE,
    RunKind.TERMINATE: State.CANCELLED,
}
_NOTICE_MAX: Final = timedelta(days=366)


def state_after(kind: RunKind) -> State:
    """Gives how a client stands once its run has been through its log-ins."""
    return _TO[kind]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to become of a client. `last_day` is of runs that end its service; None is now."""

    tenant_id: str
    kind: RunKind
    reason: str
    last_day: date | None = None
    is_by_client: bool = False


def begun(run_id: str, tenant: Tenant, wanted: Wanted, now: datetime) -> LifecycleRun:
    """Gives a new run; refuses if there is no reason, or the client stands otherwise."""
    kind, reason = wanted.kind, wanted.reason.strip()
    if not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise InvalidRequest.at("reason", f"Must have 1 to {REASON_LENGTH_MAX} characters.")
    if tenant.is_operator or tenant.state not in _FROM[kind]:
        raise LifecycleStateForbids("The client does not stand so.", state=tenant.state)
    steps = tuple(Step(name) for name in _STEPS[kind])
    run = LifecycleRun(run_id, tenant.tenant_id, kind, reason, RunState.RUNNING, steps, now, now)
    if kind is not RunKind.TERMINATE:
        return run
    end = _service_end(wanted.last_day, tenant, now)
    return replace(run, service_end_time=end, is_by_client=wanted.is_by_client)


def withdrawn(run: LifecycleRun, wanted: Wanted, now: datetime) -> LifecycleRun:
    """Gives a run that ends a service as taken back; refuses once the service has ended.

    A client takes back what it has asked for itself, and nothing else.
    """
    if not run.is_withdrawable:
        raise LifecycleStateForbids("The service has ended.", state=run.state)
    if wanted.is_by_client and not run.is_by_client:
        raise LifecycleStateForbids("The provider ends the service.", state=run.state)
    return replace(run, state=RunState.WITHDRAWN, end_time=now, lease=run.lease + 1)


def waiting(run: LifecycleRun, until: datetime, trouble: str = "") -> LifecycleRun:
    """Gives the run as one that has its next step before it, and does nothing until then."""
    return replace(
        run, state=RunState.WAITING, attempts=0, trouble=trouble, next_attempt_time=until
    )


def _service_end(last_day: date | None, tenant: Tenant, now: datetime) -> datetime:
    if last_day is None:
        return now
    zone = ZoneInfo(tenant.time_zone)
    if not now.astimezone(zone).date() <= last_day <= (now + _NOTICE_MAX).astimezone(zone).date():
        raise InvalidRequest.at("last_day", "Must be today or later, within a year.")
    after = last_day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)


def retried(run: LifecycleRun, now: datetime) -> LifecycleRun:
    """Gives the run ready to go on; refuses if it has ended."""
    if run.state not in OPEN:
        raise LifecycleStateForbids("The run does not wait for a retry.", state=run.state)
    state = RunState.RUNNING if run.state is RunState.FAILED else run.state
    return replace(run, state=state, attempts=0, next_attempt_time=now, end_time=None)


def started(run: LifecycleRun, step: Step[StepName], now: datetime) -> LifecycleRun:
    """Gives the run with a step begun."""
    begin = step.start_time or now
    return run.with_step(replace(step, state=StepState.STARTED, start_time=begin, trouble=""))


def done(run: LifecycleRun, now: datetime) -> LifecycleRun:
    """Gives the run with its present step done, and ended if that was the last."""
    step = run.next_step
    assert step is not None, "an ended run is not taken on"
    step = replace(step, state=StepState.DONE, end_time=now)
    run = replace(run.with_step(step), attempts=0, trouble="")
    if run.next_step:
        return replace(run, state=RunState.RUNNING)
    return replace(run, state=RunState.SUCCEEDED, end_time=now)


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
