"""The gate: what an account's standing lets a client do in the dialer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class GateState(IntEnum):
    """What is let through, strictest last; the numbers are the contract's."""

    OPEN = 1
    NO_NEW_CAMPAIGNS = 2
    OUTBOUND_BLOCKED = 3
    SUSPENDED = 4


class GateReason(StrEnum):
    """Why not everything is."""

    NONE = ""
    FUNDS_EXHAUSTED = "FUNDS_EXHAUSTED"
    DAILY_CAP_REACHED = "DAILY_CAP_REACHED"
    MONTHLY_CAP_REACHED = "MONTHLY_CAP_REACHED"
    CHARGE_UNKNOWN = "CHARGE_UNKNOWN"
    PAYMENT_OVERDUE = "PAYMENT_OVERDUE"
    # By a gate above; which one and why is not for this client to know.
    SERVICE_ON_HOLD = "SERVICE_ON_HOLD"


@dataclass(frozen=True, slots=True)
class Gate:
    """What is let through, and why not everything is."""

    state: GateState = GateState.OPEN
    reason: GateReason = GateReason.NONE


def as_below(above: Gate) -> Gate:
    """Gives what a seller's gate means to everybody below it."""
    return above if above.state is GateState.OPEN else Gate(above.state, GateReason.SERVICE_ON_HOLD)


def strictest(gates: Iterable[Gate]) -> Gate:
    """Gives the gate that lets least through, the first of several; open if there is none."""
    return max(gates, key=lambda gate: gate.state, default=Gate())
