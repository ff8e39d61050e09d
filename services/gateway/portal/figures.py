"""Numbers, amounts and times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from services.kit.money import minor_units
from services.kit.money_wire import decimal_from_wire, money_from_wire

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp

_SYMBOLS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "EUR": "€", "GBP": "£"}
_MINUS = "\N{MINUS SIGN}"
_PLACES_MAX = 6


def amount(money: Any) -> str:
    """Writes a google.type.Money: $1,130.75, −$5.00, CHF 12.00; a dash if it is unset."""
    if not money.currency_code:
        return "\N{EM DASH}"
    read = money_from_wire(money)
    return _in_currency(read.amount, read.currency_code, minor_units(read.currency_code))


def typed_amount(money: Any) -> str:
    """Writes a google.type.Money as one types it into a form: 1130.75."""
    read = money_from_wire(money)
    return f"{read.amount:.{minor_units(read.currency_code)}f}"


def unit_price(price: Any, currency_code: str) -> str:
    """Writes the price of one unit with all its decimals, at least the currency's: $0.025."""
    number = decimal_from_wire(price)
    places = max(minor_units(currency_code), -int(number.normalize().as_tuple().exponent))
    return _in_currency(number, currency_code, places)


def quantity(number: Any) -> str:
    """Writes a google.type.Decimal: 45,230 or 12.5."""
    return plain(decimal_from_wire(number))


def plain(number: Decimal | int) -> str:
    """Writes a number with thousands parted, at most six decimals, none that is not needed."""
    rounded = round(Decimal(number), _PLACES_MAX).normalize()
    if rounded == rounded.to_integral_value():
        rounded = rounded.quantize(Decimal(1))
    return f"{rounded:,f}".replace("-", _MINUS)


def percent(number: Any) -> str:
    """Writes a google.type.Decimal of percents with one decimal: 68.8 %; a dash if it is unset."""
    if not number.value:
        return "\N{EM DASH}"
    rounded = decimal_from_wire(number).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:,f}\N{NO-BREAK SPACE}%".replace("-", _MINUS)


def minutes(seconds: int) -> str:
    """Writes seconds as minutes with one decimal: 45,229.0 as 45,229."""
    return plain((Decimal(seconds) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP))


def duration(seconds: int) -> str:
    """Writes the length of a call: 0:42, 1:02:03."""
    hours, rest = divmod(seconds, 3600)
    whole, left = divmod(rest, 60)
    return f"{hours}:{whole:02}:{left:02}" if hours else f"{whole}:{left:02}"


def moment(timestamp: Timestamp, zone: ZoneInfo) -> str:
    """Writes an instant in a zone: Nov 22, 2026, 2:05:12 PM."""
    local = local_time(timestamp, zone)
    return f"{_day(local)}, {clock_time(timestamp, zone)}"


def clock_time(timestamp: Timestamp, zone: ZoneInfo) -> str:
    """Writes the time of day of an instant in a zone: 2:05:12 PM."""
    return local_time(timestamp, zone).strftime("%I:%M:%S %p").lstrip("0")


def day(when: Any) -> str:
    """Writes a date, or a google.type.Date: Nov 22, 2026; a dash if it is unset."""
    if isinstance(when, date):
        return _day(when)
    return _day(date(when.year, when.month, when.day)) if when.year else "\N{EM DASH}"


def month_name(month: str) -> str:
    """Writes yyyy-mm: November 2026; as it is if it is no month."""
    try:
        return datetime.strptime(month, "%Y-%m").strftime("%B %Y")  # noqa: DTZ007 - a month
    except ValueError:
        return month


def local_time(timestamp: Timestamp, zone: ZoneInfo) -> datetime:
    """Gives an instant in a zone."""
    return timestamp.ToDatetime(tzinfo=UTC).astimezone(zone)


def phone(number: str) -> str:
    """Writes a North American number in its usual groups: +1 212 555 0100."""
    digits = number.removeprefix("+")
    if len(digits) == 11 and digits.startswith("1") and digits.isdigit():
        return f"+1 {digits[1:4]} {digits[4:7]} {digits[7:]}"
    return number or "\N{EM DASH}"


def _day(when: date) -> str:
    return f"{when:%b} {when.day}, {when.year}"


def _in_currency(number: Decimal, currency_code: str, places: int) -> str:
    text = f"{abs(number):,.{places}f}"
    sign = _MINUS if number < 0 else ""
    symbol = _SYMBOLS.get(currency_code)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{currency_code} {text}"
