"""Wallets, their terms and gates as messages."""

from __future__ import annotations

from google.protobuf.message import Message
from google.type.money_pb2 import Money as WireMoney

from services.billing.domain.gate import Gate
from services.billing.domain.wallet import Mode, Position, TopUp, WalletTerms
from services.billing.rpc.names import WalletName, WalletTermsName
from services.billing.rpc.wire import timestamp
from services.billing.store.wallets import GateChange
from services.billing.usecases.check_account import Checked
from services.kit.money import Money
from services.kit.money_wire import money_from_wire, money_to_wire
from veneer.billing.v1 import account_gate_service_pb2 as gates
from veneer.billing.v1 import wallet_service_pb2 as pb
from veneer.billing.v1 import wallet_terms_service_pb2 as terms_pb


def terms_from(wire: terms_pb.WalletTerms, tenant_id: str) -> WalletTerms:
    """Reads terms, unchecked; refuses with INVALID_REQUEST what is no amount."""
    return WalletTerms(
        tenant_id=tenant_id,
        mode=Mode(pb.Wallet.Mode.Name(wire.mode)),
        currency_code=wire.currency_code,
        credit_limit=_amount(wire, "credit_limit"),
        daily_cap=_amount(wire, "daily_cap"),
        monthly_cap=_amount(wire, "monthly_cap"),
        alert_below=_amount(wire, "alert_below"),
        top_up=top_up_from(wire.automatic_top_up) if wire.HasField("automatic_top_up") else None,
        reserve_seconds=wire.reserve_seconds,
    )


def top_up_from(wire: pb.AutomaticTopUp) -> TopUp:
    """Reads when a wallet is filled up."""
    return TopUp(money_from_wire(wire.below), money_from_wire(wire.amount))


def terms(value: WalletTerms) -> terms_pb.WalletTerms:
    """Writes terms."""
    return terms_pb.WalletTerms(
        name=str(WalletTermsName(value.tenant_id)),
        mode=pb.Wallet.Mode.Value(value.mode.value),
        currency_code=value.currency_code,
        credit_limit=_wire(value.credit_limit),
        daily_cap=_wire(value.daily_cap),
        monthly_cap=_wire(value.monthly_cap),
        alert_below=_wire(value.alert_below),
        automatic_top_up=_top_up(value.top_up),
        reserve_seconds=value.reserve_seconds,
    )


def wallet(checked: Checked) -> pb.Wallet:
    """Writes a wallet as its client sees it."""
    agreed, position = checked.terms, checked.position
    assert agreed is not None, "there is no wallet"
    answer = pb.Wallet(
        name=str(WalletName(agreed.tenant_id)),
        mode=pb.Wallet.Mode.Value(agreed.mode.value),
        credit_limit=_wire(agreed.credit_limit),
        daily_cap=_wire(agreed.daily_cap),
        monthly_cap=_wire(agreed.monthly_cap),
        automatic_top_up=_top_up(agreed.top_up),
        gate_state=gates.GateState.ValueType(checked.gate.state),
        gate_reason=checked.gate.reason,
    )
    if position is not None:
        answer.MergeFrom(_figures(agreed, position))
    return answer


def gate(tenant_id: str, value: Gate) -> gates.CheckAccountsResponse.Gate:
    """Writes what an account lets through."""
    return gates.CheckAccountsResponse.Gate(
        tenant=f"tenants/{tenant_id}",
        state=gates.GateState.ValueType(value.state),
        reason=value.reason,
    )


def gate_change(value: GateChange) -> terms_pb.GateChange:
    """Writes that a gate was opened or shut."""
    return terms_pb.GateChange(
        state=gates.GateState.ValueType(value.gate.state),
        reason=value.gate.reason,
        change_time=timestamp(value.change_time),
    )


def _figures(agreed: WalletTerms, position: Position) -> pb.Wallet:
    return pb.Wallet(
        balance=money_to_wire(position.balance),
        unbilled=money_to_wire(position.unbilled),
        reserved=money_to_wire(position.reserved),
        available=_wire(position.available(agreed)),
    )


def _amount(message: Message, field: str) -> Money | None:
    return money_from_wire(getattr(message, field)) if message.HasField(field) else None


def _wire(value: Money | None) -> WireMoney | None:
    return money_to_wire(value) if value is not None else None


def _top_up(value: TopUp | None) -> pb.AutomaticTopUp | None:
    if value is None:
        return None
    return pb.AutomaticTopUp(below=money_to_wire(value.below), amount=money_to_wire(value.amount))
