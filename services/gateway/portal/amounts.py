"""Amounts of money and numbers, as people type them into forms."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from services.kit.errors import InvalidRequest
from services.kit.money import Money, minor_units
from services.kit.money_wire import money_to_wire

if TYPE_CHECKING:
    from google.type.money_pb2 import Money as WireMoney

# Commas only where they part thousands: 12,50 is refused rather than read as 1250.
_TYPED = re.compile(
    r"[0-9]{1,12}(?:\.[0-9]*)?|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}(?:\.[0-9]*)?", re.ASCII
)


def typed_number(text: str, field: str) -> Decimal:
    """Reads a number of at least zero; refuses with what to type instead."""
    trimmed = text.strip()
    if not _TYPED.fullmatch(trimmed):
        raise InvalidRequest.at(field, "Must be a number such as 1,250.50.")
    return Decimal(trimmed.replace(",", ""))


def typed_price(text: str, field: str) -> Decimal:
    """Reads the price of one unit; without commas, as 1,025 could be either of two prices."""
    if "," in text:
        raise InvalidRequest.at(field, "Must be a number without commas, such as 0.025.")
    return typed_number(text, field)


def typed_amount(text: str, currency_code: str, field: str) -> WireMoney:
    """Reads an amount above zero in whole minor units of a currency."""
    number = typed_number(text, field)
    places = minor_units(currency_code)
    if places > 2 and "," in text and "." not in text:
        raise InvalidRequest.at(field, "Must be a number without commas, such as 1250.500.")
    if not number:
        raise InvalidRequest.at(field, "Must be more than zero.")
    if -int(number.normalize().as_tuple().exponent) > places:
        raise InvalidRequest.at(field, f"Must have at most {places} decimals.")
    return money_to_wire(Money(number, currency_code))


def typed_count(text: str, field: str) -> int:
    """Reads a whole number above zero."""
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text.strip(), re.ASCII):
        raise InvalidRequest.at(field, "Must be a whole number such as 25.")
    return int(text)


def new_request_id() -> str:
    """Gives what makes a form harmless to send twice; it stands in the form itself."""
    return str(uuid.uuid4())
