"""Prices, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.gateway.portal.calendar import day_of
from services.gateway.portal.figures import quantity, unit_price
from veneer.billing.v1 import price_book_service_pb2, price_pb2

if TYPE_CHECKING:
    from veneer.billing.v1.price_book_service_pb2 import PriceBook
    from veneer.billing.v1.price_pb2 import DurationTariff, TieredPrice

ITEM_NAMES = {
    price_pb2.PLATFORM_LICENSE: "Platform",
    price_pb2.MINUTES: "Minutes",
    price_pb2.DIDS: "Phone numbers",
    price_pb2.DATA_GIGABYTES: "Data",
    price_pb2.SUPPORT_HOURS: "Support",
    price_pb2.SETUP_FEE: "Setup",
    price_pb2.AGENT_SEATS_NAMED: "Agent seats, named",
    price_pb2.AGENT_SEATS_PEAK: "Agent seats, most at once",
    price_pb2.API_CALLS: "API requests",
}
_DIRECTIONS: dict[int, str] = {
    price_book_service_pb2.PriceBook.OUTBOUND: "outbound",
    price_book_service_pb2.PriceBook.INBOUND: "inbound",
}


@dataclass(frozen=True, slots=True)
class PriceText:
    """One price: what it is for, how much it is, and how it is counted."""

    item: str
    price: str
    counting: str


def price_texts(book: PriceBook) -> list[PriceText]:
    """Puts the prices of a book into words."""
    return [_text(price, book.currency_code) for price in book.prices]


def has_come(book: PriceBook, today: date) -> bool:
    """Tells whether the book's day has come."""
    return day_of(book.effective_date) <= today


def in_force(books: Iterable[PriceBook], today: date) -> PriceBook | None:
    """Gives the latest whose day has come, of books that are listed latest first."""
    return next((book for book in books if has_come(book, today)), None)


def direction_name(direction: int) -> str:
    """Names a direction; empty for both."""
    return _DIRECTIONS.get(direction, "")


def item_name(item: int) -> str:
    """Names an item; empty for one that is not known here."""
    return next((name for known, name in ITEM_NAMES.items() if known == item), "")


def _text(price: PriceBook.Price, currency: str) -> PriceText:
    way = direction_name(price.direction)
    item = ", ".join(part for part in (item_name(price.item), price.zone, way) if part)
    counting = "; ".join(_counting(price, currency))
    return PriceText(item, _price(price, currency), counting or "by unit")


def _price(price: PriceBook.Price, currency: str) -> str:
    if price.HasField("flat_price"):
        return f"{unit_price(price.flat_price, currency)} a month"
    if price.HasField("package_price"):
        package = price.package_price
        return f"{unit_price(package.price, currency)} for {quantity(package.size)}"
    for tiered in (price.graduated_price, price.volume_price):
        if tiered.tiers:
            return _tiers(tiered, currency)
    return unit_price(price.unit_price, currency)


def _tiers(tiered: TieredPrice, currency: str) -> str:
    told = [unit_price(tier.unit_price, currency) for tier in tiered.tiers]
    ends = [
        f" to {quantity(tier.up_to_quantity)}" if tier.HasField("up_to_quantity") else ""
        for tier in tiered.tiers
    ]
    return ", ".join(f"{price}{end}" for price, end in zip(told, ends, strict=True))


def _counting(price: PriceBook.Price, currency: str) -> Iterator[str]:
    if price.HasField("duration_tariff"):
        yield from _tariff(price.duration_tariff, currency)
    if price.HasField("graduated_price"):
        yield "each unit by its own tier"
    if price.HasField("volume_price"):
        yield "all units by the tier of their sum"
    if price.HasField("included_quantity"):
        yield f"{quantity(price.included_quantity)} included"
    if price.HasField("minimum_amount"):
        yield f"at least {unit_price(price.minimum_amount, currency)} a month"


def _tariff(tariff: DurationTariff, currency: str) -> Iterator[str]:
    first, following = tariff.first_increment_seconds, tariff.next_increment_seconds
    if tariff.rounding == price_pb2.DurationTariff.PER_PERIOD:
        yield f"the month's seconds together, rounded up to {following} s"
    else:
        yield f"each call, {first} s at first, then by {following} s"
    if tariff.free_seconds:
        yield f"{tariff.free_seconds} s of each call free"
    if tariff.minimum_seconds:
        yield f"{tariff.minimum_seconds} s a call at least"
    if tariff.HasField("connect_fee"):
        yield f"{unit_price(tariff.connect_fee, currency)} for each answered call"
