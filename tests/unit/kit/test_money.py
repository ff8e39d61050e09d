"""Money is exact: laws and limits."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.money import (
    AmountOutOfRange,
    CurrencyMismatch,
    InvalidDecimal,
    Money,
    UnknownCurrency,
    decimal_text,
    minor_units,
    parse_decimal,
    round_money,
)

amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=9)


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


@given(st.lists(amounts))
def test_the_parts_sum_to_the_whole_in_any_order(parts: list[Decimal]) -> None:
    """Addition loses nothing and has no order."""
    forwards = sum((Money(part, "USD") for part in parts), Money.zero("USD"))
    backwards = sum((Money(part, "USD") for part in reversed(parts)), Money.zero("USD"))

    assert forwards == backwards
    assert forwards.amount == sum(parts, Decimal(0))


@given(amounts, amounts)
def test_what_is_added_can_be_taken_away(first: Decimal, second: Decimal) -> None:
    """Subtraction undoes addition."""
    assert Money(first, "USD") + Money(second, "USD") - Money(second, "USD") == Money(first, "USD")


@given(amounts)
def test_rounding_moves_an_amount_by_half_a_coin_at_most(amount: Decimal) -> None:
    """And gives whole coins, which rounding again does not change."""
    rounded = round_money(amount, "USD")

    assert abs(rounded.amount - amount) <= Decimal("0.005")
    assert rounded.amount == rounded.amount.quantize(Decimal("0.01"))
    assert round_money(rounded.amount, "USD") == rounded


@pytest.mark.parametrize(
    ("amount", "currency", "rounding", "expected"),
    [
        ("1.005", "USD", None, "1.01"),
        ("-1.005", "USD", None, "-1.01"),
        ("1.004999999", "USD", None, "1.00"),
        ("1.005", "USD", ROUND_HALF_EVEN, "1.00"),
        ("1.009", "USD", ROUND_DOWN, "1.00"),
        ("100.5", "JPY", None, "101"),
        ("1.0005", "KWD", None, "1.001"),
        ("1.00005", "CLF", None, "1.0001"),
    ],
)
def test_rounding_is_half_up_to_the_currencys_coin(
    amount: str, currency: str, rounding: str | None, expected: str
) -> None:
    """Unless another mode is asked for."""
    options = {"rounding": rounding} if rounding else {}

    rounded = round_money(Decimal(amount), currency, **options)

    assert rounded == Money(Decimal(expected), currency)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("ISK", 0), ("BHD", 3), ("UYW", 4)],
)
def test_coins_are_those_of_iso_4217(currency: str, digits: int) -> None:
    """Zero, two, three or four decimals."""
    assert minor_units(currency) == digits


@pytest.mark.parametrize("code", ["", "usd", "XXX", "XAU", "DEM", "USD "])
def test_an_unknown_currency_is_refused(code: str) -> None:
    """Codes without coins and codes that are gone, too."""
    with pytest.raises(UnknownCurrency):
        Money(Decimal(1), code)


@pytest.mark.parametrize("factor", [1.5, True, "2", None])
def test_a_float_is_refused_by_its_type(factor: Any) -> None:
    """Whatever its value is."""
    with pytest.raises(TypeError):
        usd("1") * factor
    with pytest.raises(TypeError):
        Money(factor, "USD")
    with pytest.raises(TypeError):
        round_money(factor, "USD")


def test_currencies_do_not_mix() -> None:
    """They have no sum, no difference and no order; they are merely unequal."""
    euro = Money(Decimal(1), "EUR")

    assert usd("1") != euro
    for mix in (lambda: usd("1") + euro, lambda: usd("1") - euro, lambda: usd("1") < euro):
        with pytest.raises(CurrencyMismatch):
            mix()


def test_amounts_of_one_currency_have_an_order() -> None:
    """By their value, not by their digits."""
    assert sorted([usd("10"), usd("9.5"), usd("-1")]) == [usd("-1"), usd("9.5"), usd("10")]
    assert usd("1.0") == usd("1.00")
    assert hash(usd("1.0")) == hash(usd("1.00"))


def test_an_amount_that_would_lose_digits_is_refused() -> None:
    """Never rounded behind anybody's back."""
    long = usd("1." + "3" * 40)

    with pytest.raises(AmountOutOfRange):
        long * Decimal("1." + "3" * 20)
    with pytest.raises(AmountOutOfRange):
        usd("Infinity")
    with pytest.raises(AmountOutOfRange):
        usd("NaN")


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=9, min_value=-(10**20), max_value=10**20
    )
)
def test_a_number_survives_being_written_and_read(number: Decimal) -> None:
    """Plain text loses nothing."""
    assert parse_decimal(decimal_text(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("100", "100"), ("-0.00", "0"), ("1E+3", "1000"), ("1E-7", "0.0000001")],
)
def test_a_number_is_written_plainly(number: str, text: str) -> None:
    """No exponent, no trailing zeros, no negative zero."""
    assert decimal_text(Decimal(number)) == text


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "1e5", "NaN", "inf", "1_000", "1,5", " 1", "0x1", "\u0661", "1" * 41, "--1"],
)
def test_what_is_not_a_plain_number_is_refused(text: str) -> None:
    """Python reads more than people mean."""
    with pytest.raises(InvalidDecimal):
        parse_decimal(text)
