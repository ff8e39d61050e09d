"""Money and decimals as they go over the wire, exactly."""

from __future__ import annotations

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money as WireMoney

from services.kit.errors import Kind, Refusal
from services.kit.money import AmountOutOfRange, Money, decimal_text, minor_units, parse_decimal

_NANOS = 10**9
_UNITS_LIMIT = 2**63


class InvalidAmount(Refusal):
    """A `google.type.Money` that breaks its own rules."""

    kind = Kind.INVALID_ARGUMENT
    reason = "INVALID_AMOUNT"


def money_to_wire(money: Money) -> WireMoney:
    """Writes units and nanos; refuses what 9 decimals or 64 bits can't hold."""
    total = money.amount.scaleb(9)
    whole = int(total)
    if whole != total:
        raise AmountOutOfRange("An amount has at most 9 decimals.")
    units, nanos = divmod(abs(whole), _NANOS)
    if units >= _UNITS_LIMIT:
        raise AmountOutOfRange("An amount has at most 63 bits of whole units.")
    sign = -1 if whole < 0 else 1
    return WireMoney(currency_code=money.currency_code, units=sign * units, nanos=sign * nanos)


def money_from_wire(wire: WireMoney) -> Money:
    """Reads units and nanos; refuses an unknown currency and parts of unlike sign."""
    minor_units(wire.currency_code)
    if abs(wire.nanos) >= _NANOS:
        raise InvalidAmount("The nanos of an amount are less than one unit.")
    if wire.units * wire.nanos < 0:
        raise InvalidAmount("The units and nanos of an amount have the same sign.")
    total = Decimal(wire.units * _NANOS + wire.nanos)
    return Money(total.scaleb(-9), wire.currency_code)


def decimal_to_wire(number: Decimal) -> WireDecimal:
    """Writes a plain decimal without trailing zeros."""
    return WireDecimal(value=decimal_text(number))


def decimal_from_wire(wire: WireDecimal) -> Decimal:
    """Reads a plain decimal; an empty value is zero."""
    return parse_decimal(wire.value) if wire.value else Decimal(0)
