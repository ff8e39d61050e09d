"""Losses and the policy on them, from the domain and back."""

from __future__ import annotations

from services.billing.domain import amounts
from services.billing.domain.loss_findings import Finding
from services.billing.domain.loss_policy import Basis, LossCheck, LossPolicy, Mode, is_loss
from services.billing.rpc.wire import timestamp
from services.billing.rpc.wire_tariffs import direction_to_wire
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import loss_policy_service_pb2 as pb
from veneer.billing.v1 import price_pb2

# More than any product of a price and an increment has.
_DECIMALS = 12


def policy(found: LossPolicy) -> pb.LossPolicy:
    """Writes a policy."""
    return pb.LossPolicy(
        mode=pb.LossPolicy.Mode.Value(found.mode),
        basis=pb.LossPolicy.Basis.Value(found.basis),
        update_time=timestamp(found.update_time) if found.update_time else None,
    )


def policy_from_wire(wire: pb.LossPolicy) -> LossPolicy:
    """Reads a policy that the request's validation has seen."""
    return LossPolicy(
        Mode(pb.LossPolicy.Mode.Name(wire.mode)), Basis(pb.LossPolicy.Basis.Name(wire.basis))
    )


def check(found: LossCheck) -> pb.LossCheck:
    """Writes a check."""
    return pb.LossCheck(
        name=f"tenants/{found.tenant_id}/lossChecks/{found.position}",
        create_time=timestamp(found.create_time),
        policy=policy(found.policy),
        findings=[finding(each, found.policy.basis) for each in found.findings],
    )


def finding(found: Finding, basis: Basis) -> pb.LossFinding:
    """Writes a finding; whether it is a loss is by the basis."""
    wire = pb.LossFinding(
        tenant=f"tenants/{found.tenant_id}",
        reason=found.reason,
        item=price_pb2.Item.Value(found.item),
        direction=direction_to_wire(found.calls.direction),
        zone=found.calls.zone,
        carrier=found.carrier,
        is_loss=is_loss(found, basis),
    )
    if found.unit_price is not None:
        wire.unit_price.CopyFrom(decimal_to_wire(found.unit_price))
    if found.unit_cost is not None:
        wire.unit_cost.CopyFrom(decimal_to_wire(found.unit_cost))
    if found.worst is not None:
        wire.worst_duration_seconds = found.worst.seconds
        loss = amounts.shown_decimal(found.worst.loss, _DECIMALS)
        wire.worst_loss.CopyFrom(decimal_to_wire(loss))
    if found.observed_loss is not None:
        observed = amounts.rounded(found.observed_loss, found.currency_code)
        wire.observed_loss.CopyFrom(money_to_wire(observed))
    if found.usual_loss is not None:
        usual = amounts.rounded(found.usual_loss, found.currency_code)
        wire.usual_loss.CopyFrom(money_to_wire(usual))
    return wire
