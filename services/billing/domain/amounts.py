"""Exact quantities times exact prices, and the one rounding at the end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.kit.money import Money, round_money

_SECONDS_A_MINUTE = 60
# Decimals kept before rounding; more than any price (9) and any currency (4) have together.
_KEPT_DECIMALS = 20
_QUANTITY_DECIMALS = 6


def minutes(seconds: int) -> Fraction:
    """Gives seconds in minutes, exactly."""
    return Fraction(seconds, _SECONDS_A_MINUTE)


def amount(quantity: Fraction, unit_price: Decimal, currency_code: str) -> Money:
    """Gives quantity by price, rounded half up once, to the currency's minor unit."""
    return rounded(quantity * Fraction(unit_price), currency_code)


def rounded(exact: Fraction, currency_code: str, rounding: str = ROUND_HALF_UP) -> Money:
    """Rounds an exact amount to the currency's minor unit; half up, away from zero, unless told."""
    return round_money(_decimal(exact, _KEPT_DECIMALS), currency_code, rounding)


def shown_quantity(quantity: Fraction) -> Decimal:
    """Gives a quantity as people read it: exact where 6 decimals suffice, else rounded half up."""
    return shown_decimal(quantity, _QUANTITY_DECIMALS)


def shown_decimal(exact: Fraction, decimals: int) -> Decimal:
    """Gives a number exactly where so many decimals suffice, else rounded half away from zero."""
    doubled, scale = 2 * abs(exact.numerator) * 10**decimals, 2 * exact.denominator
    units = (doubled + exact.denominator) // scale
    return _scaled(units if exact >= 0 else -units, decimals)


def _decimal(exact: Fraction, decimals: int) -> Decimal:
    """Cuts after so many decimals; a last digit 1 stands for what was cut off.

    So what is no tie is not made one: rounding this gives what rounding the fraction would.
    """
    units, rest = divmod(abs(exact.numerator) * 10**decimals, exact.denominator)
    cut = units * 10 + (1 if rest else 0)
    return _scaled(cut if exact >= 0 else -cut, decimals + 1)


def _scaled(units: int, decimals: int) -> Decimal:
    # From text, because arithmetic would round to the context's precision.
    return Decimal(f"{units}E-{decimals}")
