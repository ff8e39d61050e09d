"""What follows, step by step, when an invoice is not paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.billing.domain.dunning import (
    Action,
    DunningCase,
    Step,
    checked,
    usual_policy,
)
from services.billing.domain.gate import Gate, GateReason, GateState, strictest
from services.kit.errors import InvalidRequest

POLICY = usual_policy("northgate")
DUE = POLICY.due_date(date(2025, 11, 1))


@pytest.mark.parametrize(
    ("days", "action"),
    [
        (0, None),
        (2, None),
        (3, Action.REMIND),
        (10, Action.NO_NEW_CAMPAIGNS),
        (29, Action.BLOCK_OUTBOUND),
        (30, Action.SUSPEND),
        (300, Action.SUSPEND),
    ],
)
def test_each_step_comes_on_its_day(days: int, action: Action | None) -> None:
    step = POLICY.step(DUE, DUE + timedelta(days=days))

    assert (step.action if step else None) is action


def test_an_invoice_is_due_two_weeks_after_its_date() -> None:
    due = date(2025, 11, 15)

    assert due == DUE


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (None, GateState.OPEN),
        (Action.REMIND, GateState.OPEN),
        (Action.NO_NEW_CAMPAIGNS, GateState.NO_NEW_CAMPAIGNS),
        (Action.BLOCK_OUTBOUND, GateState.OUTBOUND_BLOCKED),
        (Action.SUSPEND, GateState.SUSPENDED),
    ],
)
def test_a_step_shuts_the_gate_as_far_as_it_says(action: Action | None, state: GateState) -> None:
    case = DunningCase("abc-solar", action, "2025-10")

    gate = case.gate(DUE)

    assert gate.state is state
    assert (gate.reason is GateReason.PAYMENT_OVERDUE) == (state is not GateState.OPEN)


def test_a_case_on_hold_has_no_effect_until_its_day() -> None:
    case = DunningCase("abc-solar", Action.SUSPEND, "2025-10", held_until=DUE)

    assert case.gate(DUE - timedelta(days=1)) == Gate()
    assert case.gate(DUE).state is GateState.SUSPENDED


def test_the_strictest_of_several_gates_counts() -> None:
    blocked = Gate(GateState.OUTBOUND_BLOCKED, GateReason.DAILY_CAP_REACHED)

    assert strictest([Gate(), blocked, Gate(GateState.NO_NEW_CAMPAIGNS)]) == blocked
    assert strictest([]) == Gate()


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ((Step(0, Action.REMIND),), "steps[0].days_overdue"),
        ((Step(3, Action.REMIND), Step(3, Action.SUSPEND)), "steps[1].days_overdue"),
        ((Step(3, Action.SUSPEND), Step(5, Action.REMIND)), "steps[1].action"),
    ],
)
def test_steps_out_of_order_are_refused(steps: tuple[Step, ...], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        checked(replace(POLICY, steps=steps))

    assert refused.value.violations[0].field == f"dunning_policy.{field}"
