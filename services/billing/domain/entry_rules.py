"""What every book must be like, whether of prices or of costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from services.billing.domain.call_class import ANY, CallClass
from services.billing.domain.item import Item
from services.billing.domain.rating.tariff import DurationTariff
from services.kit.errors import FieldViolation
from services.kit.money import UnknownCurrency, decimal_text, minor_units

_DECIMALS_MAX = 9
_AMOUNT_LIMIT = Decimal(10**9)
_SECONDS_MAX = 3600
_ZONE = re.compile(r"[A-Z]{2}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


def of_book(resource: str, effective_date: date, currency_code: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with a book itself."""
    if not _FIRST_YEAR <= effective_date.year <= _LAST_YEAR:
        yield FieldViolation(f"{resource}.effective_date", "Must be of the years 2000 to 2199.")
    yield from of_currency(resource, currency_code)


def of_currency(resource: str, currency_code: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with a currency."""
    if currency_decimals(currency_code) is None:
        yield FieldViolation(f"{resource}.currency_code", "Must be an ISO 4217 code.")


def currency_decimals(currency_code: str) -> int | None:
    """Gives the decimals of a currency's smallest coin, None if there is no such currency."""
    try:
        return minor_units(currency_code)
    except UnknownCurrency:
        return None


def decimal_places(number: Decimal) -> int:
    """Counts the decimals that a number needs."""
    # From text, because arithmetic would round to the context's precision.
    return len(decimal_text(number).partition(".")[2])


def of_amount(amount: Decimal, field: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with the price or the cost of a unit."""
    if not 0 <= amount < _AMOUNT_LIMIT:
        yield FieldViolation(field, "Must not be negative, and less than a thousand million.")
    elif decimal_places(amount) > _DECIMALS_MAX:
        yield FieldViolation(field, "Must have at most 9 decimal places.")


def of_tariff(item: Item, tariff: DurationTariff | None, field: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with a tariff, or with there being one or none."""
    if item is not Item.MINUTES:
        if tariff is not None:
            yield FieldViolation(field, "Is for MINUTES alone.")
        return
    if tariff is None:
        yield FieldViolation(field, "Is required for MINUTES.")
        return
    for name, least in (
        ("first_increment_seconds", 1),
        ("next_increment_seconds", 1),
        ("free_seconds", 0),
        ("minimum_seconds", 0),
    ):
        if not least <= getattr(tariff, name) <= _SECONDS_MAX:
            yield FieldViolation(f"{field}.{name}", f"Must be {least} to {_SECONDS_MAX}.")
    yield from of_amount(tariff.connect_fee, f"{field}.connect_fee")


def of_class(item: Item, call_class: CallClass, where: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with a class of calls, or with there being one."""
    if item is not Item.MINUTES:
        for name, value in zip(CallClass._fields, call_class, strict=True):
            if value:
                yield FieldViolation(f"{where}.{name}", "Is for MINUTES alone.")
    elif call_class.zone != ANY.zone and not _ZONE.fullmatch(call_class.zone):
        yield FieldViolation(f"{where}.zone", "Must be two capital letters.")
