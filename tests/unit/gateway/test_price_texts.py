"""Every way of pricing can be read on the console."""

from __future__ import annotations

from typing import Any

import pytest
from google.type.decimal_pb2 import Decimal

from services.gateway.portal.prices import PriceText, price_texts
from veneer.billing.v1 import price_book_service_pb2, price_pb2

Book = price_book_service_pb2.PriceBook
PER_CALL = price_pb2.DurationTariff(
    rounding=price_pb2.DurationTariff.PER_CALL,
    first_increment_seconds=30,
    next_increment_seconds=6,
    free_seconds=3,
    minimum_seconds=10,
    connect_fee=Decimal(value="0.005"),
)
PER_PERIOD = price_pb2.DurationTariff(
    rounding=price_pb2.DurationTariff.PER_PERIOD,
    first_increment_seconds=60,
    next_increment_seconds=60,
)
Tier = price_pb2.TieredPrice.Tier
TIERS = price_pb2.TieredPrice(
    tiers=[
        Tier(up_to_quantity=Decimal(value="1000"), unit_price=Decimal(value="0.03")),
        Tier(unit_price=Decimal(value="0.02")),
    ]
)


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (
            {"item": price_pb2.DIDS, "unit_price": {"value": "3"}},
            PriceText("Phone numbers", "$3.00", "by unit"),
        ),
        (
            {
                "item": price_pb2.MINUTES,
                "unit_price": {"value": "0.025"},
                "duration_tariff": PER_PERIOD,
            },
            PriceText("Minutes", "$0.025", "the month's seconds together, rounded up to 60 s"),
        ),
        (
            {
                "item": price_pb2.MINUTES,
                "unit_price": {"value": "0.02"},
                "duration_tariff": PER_CALL,
                "zone": "GB",
                "direction": Book.OUTBOUND,
            },
            PriceText(
                "Minutes, GB, outbound",
                "$0.02",
                "each call, 30 s at first, then by 6 s; 3 s of each call free; "
                "10 s a call at least; $0.005 for each answered call",
            ),
        ),
        (
            {"item": price_pb2.DATA_GIGABYTES, "graduated_price": TIERS},
            PriceText("Data", "$0.03 to 1,000, $0.02", "each unit by its own tier"),
        ),
        (
            {"item": price_pb2.DATA_GIGABYTES, "volume_price": TIERS},
            PriceText("Data", "$0.03 to 1,000, $0.02", "all units by the tier of their sum"),
        ),
        (
            {
                "item": price_pb2.SUPPORT_HOURS,
                "package_price": {"size": {"value": "10"}, "price": {"value": "800"}},
                "included_quantity": {"value": "2"},
                "minimum_amount": {"value": "100"},
            },
            PriceText("Support", "$800.00 for 10", "2 included; at least $100.00 a month"),
        ),
        (
            {"item": price_pb2.PLATFORM_LICENSE, "flat_price": {"value": "500"}},
            PriceText("Platform", "$500.00 a month", "by unit"),
        ),
    ],
)
def test_a_price_in_words(price: dict[str, Any], text: PriceText) -> None:
    """What it is for, how much it is, how it is counted."""
    book = Book(currency_code="USD", prices=[Book.Price(**price)])

    assert price_texts(book) == [text]
