"""Amounts are read as they were meant, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from google.type.money_pb2 import Money

from services.gateway.portal.amounts import typed_amount, typed_count, typed_number, typed_price
from services.kit.errors import InvalidRequest


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", "12"), (" 12.5 ", "12.5"), ("1,250", "1250"), ("1,250,000.50", "1250000.50")],
)
def test_commas_part_thousands(text: str, number: str) -> None:
    """As the pages write numbers themselves."""
    assert typed_number(text, "amount") == Decimal(number)


@pytest.mark.parametrize("text", ["", "12,50", "0,027", "1,2500", "1e3", "-5", "$5", "1.2.3", "٣"])
def test_what_could_be_meant_otherwise_is_refused(text: str) -> None:
    """A comma for a point above all."""
    with pytest.raises(InvalidRequest):
        typed_number(text, "amount")


def test_a_price_has_no_commas() -> None:
    """1,025 could be either of two prices."""
    assert typed_price("1025", "price") == 1025
    with pytest.raises(InvalidRequest):
        typed_price("1,025", "price")


def test_an_amount_is_whole_minor_units_above_zero() -> None:
    """Of its own currency."""
    assert typed_amount("1,250.5", "USD", "a") == Money(
        currency_code="USD", units=1250, nanos=500_000_000
    )
    for text, currency in (("0", "USD"), ("1.005", "USD"), ("1.5", "JPY"), ("1,250", "BHD")):
        with pytest.raises(InvalidRequest):
            typed_amount(text, currency, "a")


@pytest.mark.parametrize("text", ["", "0", "-1", "2.5", "many", "99999999"])
def test_a_count_is_a_whole_number_above_zero(text: str) -> None:
    """Nothing is rounded for anybody."""
    with pytest.raises(InvalidRequest):
        typed_count(text, "clients")
