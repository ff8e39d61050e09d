"""A price that makes no sense is refused, at the field that is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.billing.domain.call_class import ANY, CallClass
from services.billing.domain.item import Item
from services.billing.domain.price import Price, PriceModel
from services.billing.domain.price_rules import PriceEntry, check_prices
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume
from services.kit.errors import InvalidRequest
from tests.support.builders.billing import PER_CALL, a_price_book

ONE = PerUnit(Decimal(1))


def tariff(first: int = 6, following: int = 6, **others: Any) -> DurationTariff:
    return DurationTariff(Rounding.PER_CALL, first, following, **others)


def did(price: Price | PriceModel, call_class: CallClass = ANY) -> PriceEntry:
    return (Item.DIDS, call_class), price if isinstance(price, Price) else Price(price)


def minute(of: DurationTariff | None = PER_CALL, call_class: CallClass = ANY) -> PriceEntry:
    return (Item.MINUTES, call_class), Price(ONE, of)


def tiers(*pairs: tuple[str | None, str]) -> tuple[Tier, ...]:
    return tuple(Tier(Decimal(end) if end else None, Decimal(price)) for end, price in pairs)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (did(PerUnit(Decimal("-0.01"))), "unit_price"),
        (did(PerUnit(Decimal(10**9))), "unit_price"),
        (did(PerUnit(Decimal("0.0000000001"))), "unit_price"),
        (did(PerUnit(Decimal("0.00000000000000000000000000000000000001"))), "unit_price"),
        (did(Flat(Decimal(-1))), "flat_price"),
        (did(Package(Decimal(0), Decimal(1))), "package_price.size"),
        (did(Package(Decimal("0.0000001"), Decimal(1))), "package_price.size"),
        (did(Package(Decimal(1), Decimal(-1))), "package_price.price"),
        (
            did(Graduated(tiers((None, "1"), (None, "1")))),
            "graduated_price.tiers[0].up_to_quantity",
        ),
        (did(Graduated(tiers(("5", "1")))), "graduated_price.tiers[0].up_to_quantity"),
        (
            did(Volume(tiers(("5", "1"), ("5", "1"), (None, "1")))),
            "volume_price.tiers[1].up_to_quantity",
        ),
        (did(Volume(tiers(("-5", "1"), (None, "1")))), "volume_price.tiers[0].up_to_quantity"),
        (did(Volume(tiers((None, "-1")))), "volume_price.tiers[0].unit_price"),
        (did(Price(ONE, included_quantity=Decimal(-1))), "included_quantity"),
        (did(Price(Flat(Decimal(1)), included_quantity=Decimal(1))), "included_quantity"),
        (did(Price(ONE, minimum_amount=Decimal(-1))), "minimum_amount"),
        (did(Price(ONE, minimum_amount=Decimal("0.001"))), "minimum_amount"),
        (did(Price(ONE, PER_CALL)), "duration_tariff"),
        (did(ONE, CallClass(direction="INBOUND")), "direction"),
        (did(ONE, CallClass(zone="GB")), "zone"),
        (minute(None), "duration_tariff"),
        (minute(tariff(first=0)), "duration_tariff.first_increment_seconds"),
        (minute(tariff(following=3601)), "duration_tariff.next_increment_seconds"),
        (minute(tariff(free_seconds=-1)), "duration_tariff.free_seconds"),
        (minute(tariff(minimum_seconds=3601)), "duration_tariff.minimum_seconds"),
        (minute(tariff(connect_fee=Decimal(-1))), "duration_tariff.connect_fee"),
        (minute(call_class=CallClass(zone="gb")), "zone"),
        (minute(call_class=CallClass(zone="GBR")), "zone"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused_at_its_field(asked: PriceEntry, field: str) -> None:
    """The path leads to what is wrong."""
    with pytest.raises(InvalidRequest) as refused:
        check_prices(a_price_book(), [asked], "price_book.prices")

    assert {each.field for each in refused.value.violations} == {f"price_book.prices[0].{field}"}


def test_too_many_tiers_are_refused() -> None:
    """Everything has a limit."""
    many = tiers(*((str(end), "1") for end in range(1, 21)), (None, "1"))

    with pytest.raises(InvalidRequest) as refused:
        check_prices(a_price_book(), [did(Graduated(many))], "price_book.prices")

    assert [each.field for each in refused.value.violations] == [
        "price_book.prices[0].graduated_price.tiers"
    ]


def test_everything_wrong_with_the_prices_is_told_at_once() -> None:
    """A caller should not have to try five times."""
    book = replace(a_price_book(), effective_date=date(1999, 1, 1), currency_code="XXX")

    with pytest.raises(InvalidRequest) as refused:
        check_prices(book, [did(ONE), did(PerUnit(Decimal(-1)))], "price_book.prices")

    assert {each.field for each in refused.value.violations} == {
        "price_book.effective_date",
        "price_book.currency_code",
        "price_book.prices[1].item",
        "price_book.prices[1].unit_price",
    }


def test_minutes_may_have_a_price_for_each_class_of_calls() -> None:
    """They are told apart by direction and zone."""
    classes = (ANY, CallClass("INBOUND"), CallClass(zone="GB"), CallClass("OUTBOUND", "ZZ"))

    check_prices(a_price_book(), [minute(call_class=each) for each in classes], "price_book.prices")
