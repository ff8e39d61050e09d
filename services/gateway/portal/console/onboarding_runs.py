"""Runs that bring clients in, as people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from google.protobuf.timestamp_pb2 import Timestamp

from veneer.tenancy.v1 import onboarding_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.onboarding_service_pb2 import OnboardingRun

_STATES: Final = {
    pb.OnboardingRun.RUNNING: ("under way", ""),
    pb.OnboardingRun.WAITING: ("waits for the signature", ""),
    pb.OnboardingRun.SUCCEEDED: ("the client is in", "good"),
    pb.OnboardingRun.FAILED: ("stopped, needs you", "bad"),
    pb.OnboardingRun.UNDOING: ("being undone", "bad"),
    pb.OnboardingRun.UNDONE: ("undone, nothing is left", ""),
}
_STEPS: Final = {
    "client": "Record, brand and address",
    "log-in": "First log-in",
    "agreement": "Agreement signed",
    "dialer": "Set up in the dialer",
    "prices": "Prices and set-up fee",
    "routes": "Routes for calls",
    "welcome": "Welcome mail",
}
_STEP_STATES: Final = {
    pb.OnboardingRun.Step.PENDING: ("to do", ""),
    pb.OnboardingRun.Step.STARTED: ("under way", ""),
    pb.OnboardingRun.Step.DONE: ("done", "good"),
    pb.OnboardingRun.Step.UNDONE: ("undone", ""),
}
_MOVING: Final = (pb.OnboardingRun.RUNNING, pb.OnboardingRun.UNDOING)
_RETRIABLE: Final = (*_MOVING, pb.OnboardingRun.FAILED)
_CODE: Final = re.compile(r"([A-Z][A-Z_]+): *(.*)", re.DOTALL)
_UNEXPECTED: Final = "Something unexpected happened; the log of the service tells more."


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in words, and the code that programs know it by."""

    text: str
    code: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step."""

    label: str
    state: tuple[str, str]
    trouble: Trouble | None
    start_time: Timestamp | None
    end_time: Timestamp | None


@dataclass(frozen=True, slots=True)
class Row:
    """A run."""

    run: OnboardingRun
    run_id: str
    tenant_id: str
    state: tuple[str, str]
    trouble: Trouble | None
    steps: tuple[StepRow, ...]
    step: str
    since: Timestamp

    @property
    def is_moving(self) -> bool:
        """Whether it goes on by itself."""
        return self.run.state in _MOVING

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the client's signature."""
        return self.run.state == pb.OnboardingRun.WAITING

    @property
    def is_there(self) -> bool:
        """Whether there is a client to look at."""
        return self.run.state != pb.OnboardingRun.UNDONE

    @property
    def is_retriable(self) -> bool:
        """Whether somebody can let it go on, because something went wrong."""
        return self.run.state in _RETRIABLE and self.trouble is not None

    @property
    def done_count(self) -> int:
        """How many steps are done."""
        return sum(1 for step in self.steps if step.state[0] == "done")


def row(run: OnboardingRun) -> Row:
    """Gives a run as people read it."""
    done = (pb.OnboardingRun.Step.DONE, pb.OnboardingRun.Step.UNDONE)
    present = next((step for step in run.steps if step.state not in done), None)
    since = run.create_time
    if run.HasField("end_time"):
        since = run.end_time
    elif present is not None:
        ends = [step.end_time for step in run.steps if step.HasField("end_time")]
        latest = max(ends, key=lambda end: end.ToNanoseconds(), default=since)
        since = present.start_time if present.HasField("start_time") else latest
    return Row(
        run=run,
        run_id=run.name.rpartition("/")[2],
        tenant_id=run.tenant.removeprefix("tenants/"),
        state=_STATES[run.state],
        trouble=_trouble(run.trouble),
        steps=tuple(map(_step, run.steps)),
        step=_STEPS.get(present.name, present.name) if present else "",
        since=since,
    )


def _step(step: OnboardingRun.Step) -> StepRow:
    return StepRow(
        label=_STEPS.get(step.name, step.name),
        state=_STEP_STATES[step.state],
        trouble=_trouble(step.trouble),
        start_time=step.start_time if step.HasField("start_time") else None,
        end_time=step.end_time if step.HasField("end_time") else None,
    )


def _trouble(text: str) -> Trouble | None:
    """Parts what a person reads from what a program does."""
    if not text:
        return None
    coded = _CODE.fullmatch(text)
    if coded:
        return Trouble(coded[2] or _UNEXPECTED, coded[1])
    return Trouble(text, "") if " " in text else Trouble(_UNEXPECTED, text)
