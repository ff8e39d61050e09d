"""Dunning: what follows, step by step, when an invoice is not paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.billing.domain.gate import Gate, GateReason, GateState
from services.kit.errors import FieldViolation, InvalidRequest

DAYS_MAX = 365


class Action(StrEnum):
    """What a step does, mildest first; a step does all that the ones before it do."""

    REMIND = "REMIND"
    NO_NEW_CAMPAIGNS = "NO_NEW_CAMPAIGNS"
    BLOCK_OUTBOUND = "BLOCK_OUTBOUND"
    SUSPEND = "SUSPEND"


_STATES = {
    Action.REMIND: GateState.OPEN,
    Action.NO_NEW_CAMPAIGNS: GateState.NO_NEW_CAMPAIGNS,
    Action.BLOCK_OUTBOUND: GateState.OUTBOUND_BLOCKED,
    Action.SUSPEND: GateState.SUSPENDED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """From so many days after the due date on, this is done."""

    days_overdue: int
    action: Action


@dataclass(frozen=True, slots=True)
class DunningPolicy:
    """How a seller goes about it: an invoice is due `payment_days` after its date."""

    seller_id: str
    payment_days: int
    steps: tuple[Step, ...]

    def due_date(self, issue_date: date) -> date:
        """Gives the last day on which an invoice is paid in time."""
        return issue_date + timedelta(days=self.payment_days)

    def step(self, due_date: date, today: date) -> Step | None:
        """Gives the step that an unpaid invoice has come to; None while it is in time."""
        overdue = (today - due_date).days
        reached = [step for step in self.steps if overdue >= step.days_overdue]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class DunningCase:
    """A client with an invoice that is overdue; `action` is None if all is paid by now.

    Until `held_until`, if any, the next step is not taken and the present one has no effect.
    """

    tenant_id: str
    action: Action | None = None
    invoice_id: str = ""
    held_until: date | None = None

    def gate(self, today: date) -> Gate:
        """Tells what is let through."""
        held = self.held_until is not None and today < self.held_until
        if self.action is None or held or _STATES[self.action] is GateState.OPEN:
            return Gate()
        return Gate(_STATES[self.action], GateReason.PAYMENT_OVERDUE)


def usual_policy(seller_id: str) -> DunningPolicy:
    """Gives what holds for a seller that has said nothing else."""
    steps = (
        Step(3, Action.REMIND),
        Step(10, Action.NO_NEW_CAMPAIGNS),
        Step(20, Action.BLOCK_OUTBOUND),
        Step(30, Action.SUSPEND),
    )
    return DunningPolicy(seller_id, 14, steps)


def checked(policy: DunningPolicy) -> DunningPolicy:
    """Gives the policy; refuses with INVALID_REQUEST all that is wrong with it."""
    violations = list(_violations(policy))
    if violations:
        raise InvalidRequest(violations)
    return policy


def _violations(policy: DunningPolicy) -> Iterator[FieldViolation]:
    if not 0 <= policy.payment_days <= DAYS_MAX:
        yield FieldViolation("dunning_policy.payment_days", f"Must be 0 to {DAYS_MAX}.")
    order = list(Action)
    for index, step in enumerate(policy.steps):
        where = f"dunning_policy.steps[{index}]"
        if not 1 <= step.days_overdue <= DAYS_MAX:
            yield FieldViolation(f"{where}.days_overdue", f"Must be 1 to {DAYS_MAX}.")
        if index and step.days_overdue <= policy.steps[index - 1].days_overdue:
            yield FieldViolation(f"{where}.days_overdue", "Must be later than the step before.")
        if index and order.index(step.action) <= order.index(policy.steps[index - 1].action):
            yield FieldViolation(f"{where}.action", "Must be stricter than the step before.")
