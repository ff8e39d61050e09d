"""Onboarding runs: how a client comes in, step by step, and how it leaves again if it fails."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self

from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.tenancy.domain.durable_run import (
    ATTEMPTS_MAX,
    LEASE,
    Step,
    StepState,
    first_to_do,
    wait_after,
    with_step,
)

_AGENTS_MAX: Final = 500
_CAMPAIGN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{4,28}[A-Za-z0-9])")
_PLAN_VERSION: Final = re.compile(r"planVersions/[a-z][a-z0-9-]{1,30}\.[1-9][0-9]{0,5}")
_NUMBER: Final = re.compile(r"[0-9]{7,15}")
_ROUTE: Final = re.compile(r"routes/[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?")


class OnboardingStateForbids(Refusal):
    """The run is in no state in which this can be done to it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "ONBOARDING_STATE_FORBIDS"


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "RUNNING"
    WAITING = "WAITING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


class StepName(StrEnum):
    """The steps in their order."""

    CLIENT = "client"
    LOG_IN = "log-in"
    AGREEMENT = "agreement"
    DIALER = "dialer"
    PRICES = "prices"
    ROUTES = "routes"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a client gets beside its record; `effective_date` is the first day it is charged."""

    plan_version: str
    effective_date: date
    campaign_name: str
    agent_count: int = 0
    caller_ids: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The set-up as it is kept."""
        return {**asdict(self), "effective_date": self.effective_date.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The set-up that was kept."""
        lists = {name: tuple(kept[name]) for name in ("caller_ids", "routes")}
        day = date.fromisoformat(kept["effective_date"])
        return cls(**{**kept, **lists, "effective_date": day})


@dataclass(frozen=True, slots=True)
class Run:
    """A run. `lease` counts who has taken it up: what an earlier one finds is not kept."""

    run_id: str
    tenant_id: str
    display_name: str
    state: RunState
    setup: Setup
    steps: tuple[Step[StepName], ...]
    create_time: datetime
    next_attempt_time: datetime
    attempts: int = 0
    lease: int = 0
    trouble: str = ""
    end_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"onboardingRuns/{self.run_id}"

    @property
    def is_cancellable(self) -> bool:
        """Prices, once set, are never taken back: from then on there is only forwards."""
        is_open = self.state in (RunState.RUNNING, RunState.WAITING)
        return is_open and self.step(StepName.PRICES).state is StepState.PENDING

    @property
    def next_step(self) -> Step[StepName] | None:
        """The first step that is not done."""
        return first_to_do(self.steps)

    def step(self, name: StepName) -> Step[StepName]:
        """Gives a step by its name."""
        return next(step for step in self.steps if step.name is name)

    def with_step(self, step: Step[StepName]) -> Self:
        """Gives the run with a step as it is now."""
        return replace(self, steps=with_step(self.steps, step))

    def request_id(self, name: StepName, of: str = "") -> str:
        """Gives the id of the request that a step makes of others: always the same one."""
        digest = hashlib.sha256(f"{self.name}/{name}/{of}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


def checked(setup: Setup) -> Setup:
    """Gives the set-up, or refuses with everything that is wrong with it."""
    violations = list(_violations(setup))
    if violations:
        raise InvalidRequest(violations)
    return setup


def begun(run_id: str, tenant_id: str, display_name: str, setup: Setup, now: datetime) -> Run:
    """Gives a new run, whose client and first user are made with it."""
    made = (StepName.CLIENT, StepName.LOG_IN)
    steps = tuple(
        Step(name, StepState.DONE, start_time=now, end_time=now) if name in made else Step(name)
        for name in StepName
    )
    return Run(run_id, tenant_id, display_name, RunState.RUNNING, setup, steps, now, now)


def signed(run: Run, now: datetime) -> Run:
    """Gives the run with its agreement accepted; refuses if it needs no signature any more."""
    present = run.step(StepName.AGREEMENT)
    is_open = run.state in (RunState.RUNNING, RunState.WAITING)
    if not is_open or present.state is StepState.DONE:
        raise OnboardingStateForbids("The run does not wait for a signature.", state=run.state)
    begin = present.start_time or now
    step = replace(present, state=StepState.DONE, start_time=begin, end_time=now)
    return replace(run.with_step(step), state=RunState.RUNNING, next_attempt_time=now)


def retried(run: Run, routes: tuple[str, ...], now: datetime) -> Run:
    """Gives the run ready to go on, with other routes if any are given.

    Refuses if it has ended or waits for a signature.
    """
    if run.state not in (RunState.RUNNING, RunState.FAILED, RunState.UNDOING):
        raise OnboardingStateForbids("The run does not wait for a retry.", state=run.state)
    state = RunState.RUNNING if run.state is RunState.FAILED else run.state
    if routes:
        run = replace(run, setup=checked(replace(run.setup, routes=routes)))
    return replace(run, state=state, attempts=0, next_attempt_time=now, end_time=None)


def cancelled(run: Run, reason: str, now: datetime) -> Run:
    """Gives the run as one to undo; refuses if prices are set or it has ended."""
    if not run.is_cancellable:
        raise OnboardingStateForbids("The run cannot be undone any more.", state=run.state)
    # Not before whoever has taken it up has ended.
    begin = max(now, min(run.next_attempt_time, now + LEASE))
    return _undoing(run, f"Cancelled: {reason}", begin)


def failed(run: Run, trouble: str, *, for_good: bool, now: datetime) -> Run:
    """Gives the run after an attempt in vain: it tries again, is undone, or waits for somebody.

    `for_good` is that the step was refused, and therefore not done. A price book that nobody
    has answered for may be there: then the run is not undone.
    """
    step = run.next_step
    assert step is not None, "an ended run is not attempted"
    attempts = run.attempts + 1
    is_over = for_good or attempts >= ATTEMPTS_MAX
    run = replace(run, attempts=attempts, trouble=trouble)
    if run.state is RunState.UNDOING or not is_over:
        later = now + wait_after(attempts)
        return replace(run.with_step(replace(step, trouble=trouble)), next_attempt_time=later)
    is_reversible = step.name in (StepName.DIALER, StepName.AGREEMENT) or (
        step.name is StepName.PRICES and for_good
    )
    if is_reversible:
        step = replace(step, state=StepState.PENDING) if step.name is StepName.PRICES else step
        return _undoing(run.with_step(replace(step, trouble=trouble)), trouble, now)
    run = run.with_step(replace(step, trouble=trouble))
    return replace(run, state=RunState.FAILED, end_time=now)


def _undoing(run: Run, why: str, now: datetime) -> Run:
    return replace(run, state=RunState.UNDOING, attempts=0, trouble=why, next_attempt_time=now)


def _violations(setup: Setup) -> Iterator[FieldViolation]:
    if not _PLAN_VERSION.fullmatch(setup.plan_version):
        yield FieldViolation("setup.plan_version", "Must be like planVersions/silver.1.")
    if not _CAMPAIGN.fullmatch(setup.campaign_name):
        yield FieldViolation(
            "setup.campaign_name", "Must be 6 to 30 letters, digits, spaces and . _ -"
        )
    if not 0 <= setup.agent_count <= _AGENTS_MAX:
        yield FieldViolation("setup.agent_count", f"Must be 0 to {_AGENTS_MAX}.")
    if len(setup.caller_ids) > 100 or not all(map(_NUMBER.fullmatch, setup.caller_ids)):
        yield FieldViolation(
            "setup.caller_ids", "Must be at most 100 numbers of 7 to 15 digits, country code first."
        )
    if len(setup.routes) > 10 or not all(map(_ROUTE.fullmatch, setup.routes)):
        yield FieldViolation("setup.routes", "Must be at most 10 routes, like routes/abc-1.")
