"""Durable runs as a kill leaves them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from services.kit.clock import MovableClock
from services.tenancy.domain.durable_run import LEASE, StepState

R = TypeVar("R", bound=Any)


def killed_in(run: R, name: str, clock: MovableClock) -> R:
    """Gives a run as it was when its process was killed after the effect of a step."""
    at = [step.name.value for step in run.steps].index(name)
    steps = tuple(
        step if place < at else replace(step, state=state, end_time=None)
        for place, step in enumerate(run.steps)
        for state in [StepState.STARTED if place == at else StepState.PENDING]
    )
    killed: R = replace(
        run,
        state=type(run.state)("RUNNING"),
        steps=steps,
        next_attempt_time=clock.now() + LEASE,
        end_time=None,
        lease=run.lease + 1,
    )
    return killed
