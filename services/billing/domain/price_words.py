"""Prices as a client reads them in a mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.part import number_text
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.domain.rating.tiers import Tier
from services.kit.money import decimal_text

_NONE = "no price"


def changes(old: PriceBook, new: PriceBook) -> list[tuple[str, str, str]]:
    """Gives what changes from one book to another: item, price before, price from then on."""
    keys = sorted({*old.prices, *new.prices}, key=_place)
    rows = []
    for key in keys:
        before, after = (_book_price(book, *key) for book in (old, new))
        if before != after:
            rows.append((_name(*key), before, after))
    return rows


def schedule(
    prices: Mapping[tuple[Item, CallClass], Price], currency: str
) -> list[tuple[str, str]]:
    """Gives each item with its price, in the order of an invoice."""
    keys = sorted(prices, key=_place)
    return [(_name(*key), "; ".join(_words(prices[key], key[0], currency))) for key in keys]


def day(on: date) -> str:
    """Writes a date, for example `February 1, 2027`."""
    return f"{on:%B} {on.day}, {on.year}"


def _place(key: tuple[Item, CallClass]) -> tuple[int, CallClass]:
    return list(Item).index(key[0]), key[1]


def _name(item: Item, call_class: CallClass) -> str:
    direction = call_class.direction.lower() if call_class.direction else ""
    return ", ".join(part for part in (item.description, call_class.zone, direction) if part)


def _book_price(book: PriceBook, item: Item, call_class: CallClass) -> str:
    price = book.prices.get((item, call_class))
    if price is None:
        return _NONE
    return "; ".join(_words(price, item, book.currency_code))


def _words(price: Price, item: Item, currency: str) -> Iterator[str]:
    match price.model:
        case PerUnit(unit_price):
            yield f"{_amount(unit_price, currency)} per {item.unit}"
        case Flat(flat):
            yield f"{_amount(flat, currency)} a month"
        case Package(size, package):
            yield f"{_amount(package, currency)} for each {number_text(size)}"
        case Graduated(tiers):
            yield f"{_tiers(tiers, currency)}, each unit by its own tier"
        case tiered:
            yield f"{_tiers(tiered.tiers, currency)}, all units by the tier of their sum"
    if price.included_quantity:
        yield f"{number_text(price.included_quantity)} included"
    if price.minimum_amount:
        yield f"at least {_amount(price.minimum_amount, currency)} a month"
    if price.duration_tariff is not None:
        yield from _counting(price.duration_tariff, currency)


def _counting(tariff: DurationTariff, currency: str) -> Iterator[str]:
    if tariff.rounding is Rounding.PER_PERIOD:
        yield f"the seconds of a month rounded up to {tariff.next_increment_seconds}"
    else:
        first, following = tariff.first_increment_seconds, tariff.next_increment_seconds
        yield f"each call {first} seconds at first, then by {following}"
    if tariff.free_seconds:
        yield f"{tariff.free_seconds} seconds of each call free"
    if tariff.minimum_seconds:
        yield f"{tariff.minimum_seconds} seconds a call at least"
    if tariff.connect_fee:
        yield f"{_amount(tariff.connect_fee, currency)} for each answered call"


def _tiers(tiers: tuple[Tier, ...], currency: str) -> str:
    told = (
        _amount(tier.unit_price, currency)
        + (f" to {number_text(tier.up_to_quantity)}" if tier.up_to_quantity is not None else "")
        for tier in tiers
    )
    return ", ".join(told)


def _amount(amount: Decimal, currency: str) -> str:
    return f"{decimal_text(amount)} {currency}"
