"""What is done about prices that lose money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.billing.domain.loss_findings import Finding
from services.kit.errors import Kind, Refusal


class PriceBelowCost(Refusal):
    """A price would lose money, and the policy blocks that."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_BELOW_COST"


class Mode(StrEnum):
    """What is done: refused, told, or told and kept off the carriers that cost too much."""

    BLOCK = "BLOCK"
    WARN = "WARN"
    CAP = "CAP"


class Basis(StrEnum):
    """When a price loses: if any duration does, or if the calls together do."""

    EVERY_DURATION = "EVERY_DURATION"
    USUAL_CALLS = "USUAL_CALLS"


@dataclass(frozen=True, slots=True)
class LossPolicy:
    """The policy in force since a time; None for what holds before anything was set."""

    mode: Mode
    basis: Basis
    update_time: datetime | None = None


DEFAULT_POLICY = LossPolicy(Mode.WARN, Basis.EVERY_DURATION)


@dataclass(frozen=True, slots=True)
class LossCheck:
    """What one tenant's prices came to against the costs of a moment."""

    tenant_id: str
    position: int
    policy: LossPolicy
    create_time: datetime
    findings: tuple[Finding, ...]


def is_loss(finding: Finding, basis: Basis) -> bool:
    """Tells whether a finding is a loss by the basis."""
    if finding.reason != PriceBelowCost.reason:
        return False
    if not finding.is_of_calls or basis is Basis.EVERY_DURATION:
        return finding.worst is not None
    expected = finding.usual_loss if finding.observed_loss is None else finding.observed_loss
    return expected is not None and expected > 0


def check_findings(policy: LossPolicy, findings: Sequence[Finding]) -> None:
    """Refuses with PRICE_BELOW_COST if the policy blocks what was found."""
    losing = [each for each in findings if is_loss(each, policy.basis)]
    if policy.mode is not Mode.BLOCK or not losing:
        return
    first = losing[0]
    worst = first.worst
    raise PriceBelowCost(
        f"{len(losing)} prices are below cost; the first is {first.label}.",
        tenant=f"tenants/{first.tenant_id}",
        item=first.item,
        direction=first.calls.direction,
        zone=first.calls.zone,
        carrier=first.carrier,
        unit_price=first.unit_price,
        unit_cost=first.unit_cost,
        worst_duration_seconds=worst.seconds if worst else 0,
        finding_count=len(losing),
    )


def check_own_prices(policy: LossPolicy, findings: Sequence[Finding]) -> None:
    """Refuses with PRICE_BELOW_COST prices below those that the seller pays itself."""
    losing = [each for each in findings if is_loss(each, policy.basis)]
    if not losing:
        return
    first = losing[0]
    raise PriceBelowCost(
        f"{len(losing)} prices are below your own; the first is {first.label}.",
        item=first.item,
        direction=first.calls.direction,
        zone=first.calls.zone,
        unit_price=first.unit_price,
        own_unit_price=first.unit_cost,
        finding_count=len(losing),
    )
