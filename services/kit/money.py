"""Exact money: amounts with a currency, and the one rounding function."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from decimal import Overflow as DecimalOverflow
from functools import total_ordering
from typing import Any

from services.kit.errors import Kind, Refusal

# ISO 4217 list one by number of decimals; every other code is refused.
_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN
        BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN
        ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
        KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR
        MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
        RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
        TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_MINOR_UNITS = {code: digits for digits, codes in _DECIMALS.items() for code in codes.split()}

# Wide enough for any sum of ours; what would not fit is refused, never rounded.
_EXACT = Context(prec=50, traps=[InvalidOperation, DivisionByZero, DecimalOverflow, Inexact])
_ROUNDING = Context(prec=50, traps=[InvalidOperation, DivisionByZero, DecimalOverflow])
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_LONGEST = 40


class CurrencyMismatch(Refusal):
    """Amounts of two currencies have no sum, difference or order."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CURRENCY_MISMATCH"


class UnknownCurrency(Refusal):
    """A code that ISO 4217 does not list."""

    kind = Kind.INVALID_ARGUMENT
    reason = "UNKNOWN_CURRENCY"


class InvalidDecimal(Refusal):
    """Text that is not a finite plain decimal number of at most 40 characters."""

    kind = Kind.INVALID_ARGUMENT
    reason = "INVALID_DECIMAL"


class AmountOutOfRange(Refusal):
    """An amount that can't be held exactly."""

    kind = Kind.OUT_OF_RANGE
    reason = "AMOUNT_OUT_OF_RANGE"


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in units of a currency, not necessarily whole minor units."""

    amount: Decimal
    currency_code: str

    def __post_init__(self) -> None:
        if type(self.amount) is not Decimal:
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise AmountOutOfRange("An amount is a finite number.")
        minor_units(self.currency_code)

    @classmethod
    def zero(cls, currency_code: str) -> Money:
        """Nothing, in that currency."""
        return cls(Decimal(0), currency_code)

    def __add__(self, other: Money) -> Money:
        return Money(_exactly(_EXACT.add, self.amount, self._same(other)), self.currency_code)

    def __sub__(self, other: Money) -> Money:
        return Money(_exactly(_EXACT.subtract, self.amount, self._same(other)), self.currency_code)

    def __mul__(self, factor: Decimal | int) -> Money:
        exact = _decimal(factor)
        return Money(_exactly(_EXACT.multiply, self.amount, exact), self.currency_code)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency_code)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{decimal_text(self.amount)} {self.currency_code}"

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"money goes with money, not with {type(other).__name__}")
        if other.currency_code != self.currency_code:
            raise CurrencyMismatch(
                "Amounts of different currencies do not mix.",
                left=self.currency_code,
                right=other.currency_code,
            )
        return other.amount


def minor_units(currency_code: str) -> int:
    """Gives the number of decimals of a currency's smallest coin, as ISO 4217 has it."""
    digits = _MINOR_UNITS.get(currency_code)
    if digits is None:
        raise UnknownCurrency("The currency code is not known.", currency_code=currency_code[:10])
    return digits


def round_money(amount: Decimal, currency_code: str, rounding: str = ROUND_HALF_UP) -> Money:
    """Rounds to whole minor units; the only place where money is rounded."""
    step = Decimal(1).scaleb(-minor_units(currency_code))
    to_step = _decimal(amount).quantize
    rounded = _exactly(to_step, step, rounding=rounding, context=_ROUNDING)
    return Money(rounded, currency_code)


def parse_decimal(text: str) -> Decimal:
    """Reads a plain decimal number: no exponent, no NaN, no infinity, at most 40 characters."""
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        raise InvalidDecimal("A number is digits with at most one decimal point.")
    return Decimal(text)


def decimal_text(number: Decimal) -> str:
    """Writes a number plainly: no exponent, no trailing zeros, no negative zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _decimal(number: Decimal | int) -> Decimal:
    if type(number) is int:
        return Decimal(number)
    if type(number) is not Decimal:
        # A float in an expression is a bug, so its type is refused, not its value.
        raise TypeError(f"money is multiplied by a Decimal, not by a {type(number).__name__}")
    return number


def _exactly(operation: Callable[..., Decimal], *operands: Any, **options: Any) -> Decimal:
    try:
        return operation(*operands, **options)
    except (InvalidOperation, DecimalOverflow, Inexact) as error:
        raise AmountOutOfRange("The amount can't be held exactly.") from error
