"""google.type.Money and google.type.Decimal carry amounts exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money as WireMoney
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import Refusal
from services.kit.money import AmountOutOfRange, Money, UnknownCurrency
from services.kit.money_wire import (
    InvalidAmount,
    decimal_from_wire,
    decimal_to_wire,
    money_from_wire,
    money_to_wire,
)


@given(st.integers(-(2**63 - 1) * 10**9, (2**63 - 1) * 10**9))
def test_every_amount_of_nine_decimals_goes_there_and_back(nanos: int) -> None:
    """As far as 64 bits reach."""
    money = Money(Decimal(nanos).scaleb(-9), "USD")

    wire = money_to_wire(money)

    assert money_from_wire(wire) == money
    assert wire.units * wire.nanos >= 0


def test_a_negative_amount_has_two_negative_parts() -> None:
    """As google.type.Money wants it."""
    wire = money_to_wire(Money(Decimal("-1.75"), "USD"))

    assert (wire.units, wire.nanos) == (-1, -750_000_000)


@pytest.mark.parametrize("amount", ["0.0000000001", "9223372036854775808", "-1E+25"])
def test_what_the_wire_cannot_hold_is_refused(amount: str) -> None:
    """Too fine, or too large."""
    with pytest.raises(AmountOutOfRange):
        money_to_wire(Money(Decimal(amount), "USD"))


@pytest.mark.parametrize(
    ("units", "nanos"), [(1, -1), (-1, 1), (0, 1_000_000_000), (0, -1_000_000_000)]
)
def test_parts_that_do_not_fit_are_refused(units: int, nanos: int) -> None:
    """Rather than guessed at."""
    with pytest.raises(InvalidAmount):
        money_from_wire(WireMoney(currency_code="USD", units=units, nanos=nanos))


def test_an_amount_has_a_currency() -> None:
    """An empty message is no amount of anything."""
    with pytest.raises(UnknownCurrency):
        money_from_wire(WireMoney(units=1))


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=12))
def test_a_decimal_goes_there_and_back(number: Decimal) -> None:
    """Prices and quantities lose nothing."""
    assert decimal_from_wire(decimal_to_wire(number)) == number


def test_an_empty_decimal_is_zero() -> None:
    """The default of the wire type."""
    assert decimal_from_wire(WireDecimal()) == 0


def test_a_decimal_that_is_none_is_refused() -> None:
    """The caller is told, not the log."""
    with pytest.raises(Refusal):
        decimal_from_wire(WireDecimal(value="cheap"))
