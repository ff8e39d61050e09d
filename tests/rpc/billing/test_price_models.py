"""Price books of every model, from the request to the lines of a statement."""

from __future__ import annotations

from datetime import date
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from tests.support.billing import Billing, a_price_book, figures, refused
from veneer.billing.v1 import price_book_service_pb2 as pb
from veneer.usage.v1 import ingest_service_pb2 as ingest

OCTOBER_6 = date(2025, 10, 6)
PER_PERIOD = {"rounding": "PER_PERIOD", "firstIncrementSeconds": 60, "nextIncrementSeconds": 60}


def number(text: str) -> dict[str, str]:
    return {"value": text}


TIERS = {
    "tiers": [
        {"upToQuantity": number("1000"), "unitPrice": number("0.03")},
        {"unitPrice": number("0.02")},
    ]
}
MODELS: dict[str, dict[str, Any]] = {
    "per unit": {"unitPrice": number("0.025")},
    "flat": {"flatPrice": number("250")},
    "graduated": {"graduatedPrice": TIERS},
    "volume": {"volumePrice": TIERS},
    "package": {"packagePrice": {"size": number("1000"), "price": number("20")}},
    "included": {"unitPrice": number("0.02"), "includedQuantity": number("500")},
    "minimum": {"unitPrice": number("0.02"), "minimumAmount": number("500")},
}


def book_of(*prices: dict[str, Any]) -> pb.PriceBook:
    """A price book with a free platform and these prices of minutes, as JSON has them."""
    book = a_price_book({"platform": "0"})
    for price in prices:
        said = {"item": "MINUTES", "durationTariff": PER_PERIOD, **price}
        book.prices.append(ParseDict(said, pb.PriceBook.Price()))
    return book


async def create(billing: Billing, tenant_id: str, book: pb.PriceBook) -> pb.PriceBook:
    request = pb.CreatePriceBookRequest(
        parent=f"tenants/{tenant_id}", price_book=book, notice_waived_reason="Agreed."
    )
    created: pb.PriceBook = await billing.price_books.CreatePriceBook(
        request, metadata=billing.operator
    )
    return created


@pytest.mark.parametrize("price", MODELS.values(), ids=MODELS)
async def test_a_price_is_answered_and_listed_as_it_was_asked_for(
    billing: Billing, price: dict[str, Any]
) -> None:
    """Every model."""
    tenant_id = await billing.a_client(prices=None)
    asked = book_of(price)

    created = await create(billing, tenant_id, asked)
    request = pb.ListPriceBooksRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.price_books.ListPriceBooks(request, metadata=billing.operator)

    assert created.prices == asked.prices
    assert list(listed.price_books) == [created]


@pytest.mark.parametrize(
    ("model", "lines"),
    [
        ("flat", [("Minutes, flat rate", "1", "250", "250.00 USD")]),
        (
            "graduated",
            [
                ("Minutes, up to 1,000", "1000", "0.03", "30.00 USD"),
                ("Minutes, above 1,000", "500", "0.02", "10.00 USD"),
            ],
        ),
        ("volume", [("Minutes, above 1,000", "1500", "0.02", "30.00 USD")]),
        ("package", [("Minutes, by 1,000", "2", "20", "40.00 USD")]),
        (
            "included",
            [
                ("Minutes, included", "500", "0", "0.00 USD"),
                ("Minutes", "1000", "0.02", "20.00 USD"),
            ],
        ),
        (
            "minimum",
            [
                ("Minutes", "1500", "0.02", "30.00 USD"),
                ("Minutes, minimum commitment", "1", "470", "470.00 USD"),
            ],
        ),
    ],
)
async def test_a_statement_and_its_invoice_explain_the_model(
    billing: Billing, model: str, lines: list[tuple[str, str, str, str]]
) -> None:
    """1,500 minutes, the same in all three: what it comes to, the draft and what is sent."""
    tenant_id = await billing.a_client(prices=None)
    await create(billing, tenant_id, book_of(MODELS[model]))
    billing.usage.store_calls(tenant_id, OCTOBER_6, 60, 1500)

    statement = await billing.statement(tenant_id, "2025-10")
    draft = await billing.draft(tenant_id, "2025-10")
    invoice = await billing.issue(tenant_id, "2025-10")

    platform, *found = figures(statement.lines)
    assert found == lines
    assert figures(draft.lines) == figures(invoice.lines) == [platform, *lines]


async def test_calls_are_charged_by_direction_and_zone(billing: Billing) -> None:
    """Each class has its line, with its own tariff."""
    tenant_id = await billing.a_client(prices=None)
    abroad = {
        "unitPrice": number("0.10"),
        "direction": "OUTBOUND",
        "zone": "GB",
        "durationTariff": {
            "rounding": "PER_CALL",
            "firstIncrementSeconds": 30,
            "nextIncrementSeconds": 6,
            "freeSeconds": 5,
            "minimumSeconds": 30,
            "connectFee": number("0.05"),
        },
    }
    inbound = {"unitPrice": number("0.01"), "direction": "INBOUND"}
    asked = book_of({"unitPrice": number("0.02")}, inbound, abroad)
    created = await create(billing, tenant_id, asked)
    store = billing.usage.store_calls
    store(tenant_id, OCTOBER_6, 60, 10)
    store(tenant_id, OCTOBER_6, 60, 20, direction=ingest.INBOUND)
    store(tenant_id, OCTOBER_6, 41, 100, zone="GB")
    store(tenant_id, OCTOBER_6, 4, 1, zone="GB")

    statement = await billing.statement(tenant_id, "2025-10")

    assert {price.zone for price in created.prices} == {"", "GB"}
    assert figures(statement.lines)[1:] == [
        ("Minutes, inbound", "20", "0.01", "0.20 USD"),
        ("Minutes, outbound, GB", "60", "0.1", "6.00 USD"),
        ("Minutes, outbound, GB, connect fee", "101", "0.05", "5.05 USD"),
        ("Minutes, other", "10", "0.02", "0.20 USD"),
    ]


async def test_a_call_without_a_price_of_its_own_or_for_all_is_refused(billing: Billing) -> None:
    """Law 8: there is no charge by guess."""
    tenant_id = await billing.a_client(prices=None)
    await create(billing, tenant_id, book_of({"unitPrice": number("0.1"), "zone": "GB"}))
    billing.usage.store_calls(tenant_id, OCTOBER_6, 60, zone="FR")

    problem = await refused(billing.statement(tenant_id, "2025-10"))

    assert (problem.reason, problem.metadata["item"]) == ("PRICE_MISSING", "MINUTES")


async def test_a_plan_changed_by_days_is_charged_by_days(billing: Billing) -> None:
    """14 days at 299 and 17 at 999."""
    tenant_id = await billing.a_client({"platform": "299", "minute": "0.03"})
    after = a_price_book({"platform": "999", "minute": "0.02"}, since=date(2025, 10, 15))
    after.proration = pb.PriceBook.BY_DAYS

    created = await create(billing, tenant_id, after)
    statement = await billing.statement(tenant_id, "2025-10")

    assert created.proration == pb.PriceBook.BY_DAYS
    assert figures(statement.lines)[:2] == [
        ("Platform license, October 1 to 14", "0.451613", "299", "135.03 USD"),
        ("Platform license, October 15 to 31", "0.548387", "999", "547.84 USD"),
    ]


async def test_a_book_without_a_word_on_proration_is_for_whole_months(billing: Billing) -> None:
    """The answer says what was meant."""
    tenant_id = await billing.a_client(prices=None)

    created = await create(billing, tenant_id, a_price_book())

    assert created.proration == pb.PriceBook.NEXT_MONTH


@pytest.mark.parametrize(
    ("price", "field"),
    [
        ({}, "unit_price"),
        ({"unitPrice": number("1"), "flatPrice": number("1")}, "flat_price"),
        ({"graduatedPrice": {}}, "graduated_price.tiers"),
        (
            {"volumePrice": {"tiers": [{"unitPrice": number("NaN")}]}},
            "volume_price.tiers[0].unit_price",
        ),
        (
            {
                "graduatedPrice": {
                    "tiers": [{"upToQuantity": number("1"), "unitPrice": number("1")}]
                }
            },
            "graduated_price.tiers[0].up_to_quantity",
        ),
        ({"packagePrice": {"size": number("1")}}, "package_price.price"),
        ({"unitPrice": number("1"), "zone": "Britain"}, "zone"),
        ({"unitPrice": number("1"), "minimumAmount": number("0.001")}, "minimum_amount"),
        ({"unitPrice": number("1"), "includedQuantity": number("")}, "included_quantity"),
        (
            {
                "unitPrice": number("1"),
                "durationTariff": {**PER_PERIOD, "connectFee": number("1e3")},
            },
            "duration_tariff.connect_fee",
        ),
    ],
)
async def test_a_price_that_makes_no_sense_is_refused_at_its_field(
    billing: Billing, price: dict[str, Any], field: str
) -> None:
    """The path leads to what is wrong in the request."""
    tenant_id = await billing.a_client(prices=None)

    problem = await refused(create(billing, tenant_id, book_of(price)))

    assert problem.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [each.field for each in problem.violations] == [f"price_book.prices[1].{field}"]
