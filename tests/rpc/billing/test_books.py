"""PriceBookService and CostBookService: what is paid from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

import grpc
from google.type.decimal_pb2 import Decimal as WireDecimal

from tests.support.billing import (
    PER_CALL,
    Billing,
    a_cost_book,
    a_price_book,
    a_request_id,
    refused,
)
from tests.support.builders.billing import COSTS, PRICES
from veneer.billing.v1 import cost_book_service_pb2, price_book_service_pb2, price_pb2


def create(billing: Billing, tenant_id: str, book: price_book_service_pb2.PriceBook) -> Any:
    request = price_book_service_pb2.CreatePriceBookRequest(
        parent=f"tenants/{tenant_id}", price_book=book
    )
    return billing.price_books.CreatePriceBook(request, metadata=billing.operator)


async def test_a_price_book_is_kept_as_it_was_asked_for(billing: Billing) -> None:
    """Prices in the order of an invoice, whatever order they came in."""
    tenant_id = await billing.a_client(prices=None)
    asked = a_price_book({"hour": "100", "minute": "0.0255", "platform": "500"}, tariff=PER_CALL)

    book = await create(billing, tenant_id, asked)

    assert book.name == f"tenants/{tenant_id}/priceBooks/2025-01-01"
    assert [(price.item, price.unit_price.value) for price in book.prices] == [
        (price_pb2.PLATFORM_LICENSE, "500"),
        (price_pb2.MINUTES, "0.0255"),
        (price_pb2.SUPPORT_HOURS, "100"),
    ]
    assert book.prices[1].duration_tariff == PER_CALL
    assert book.effective_date == asked.effective_date
    assert book.currency_code == "USD"


async def test_price_books_are_listed_from_the_latest_on(billing: Billing) -> None:
    """In pages."""
    tenant_id = await billing.a_client()
    for month in (2, 3):
        await billing.set_prices(tenant_id, since=date(2025, month, 1))

    async def page(token: str) -> Any:
        request = price_book_service_pb2.ListPriceBooksRequest(
            parent=f"tenants/{tenant_id}", page_size=2, page_token=token
        )
        return await billing.price_books.ListPriceBooks(request, metadata=billing.operator)

    first = await page("")
    second = await page(first.next_page_token)

    months = [book.effective_date.month for book in (*first.price_books, *second.price_books)]
    assert months == [3, 2, 1]
    assert second.next_page_token == ""


async def test_a_day_has_one_price_book(billing: Billing) -> None:
    """Books are never edited."""
    tenant_id = await billing.a_client()

    problem = await refused(create(billing, tenant_id, a_price_book()))

    assert (problem.code, problem.reason) == (
        grpc.StatusCode.ALREADY_EXISTS,
        "PRICE_BOOK_OVERLAPS",
    )


async def test_a_repeated_request_makes_one_price_book(billing: Billing) -> None:
    """It gets the first answer."""
    tenant_id = await billing.a_client(prices=None)
    request_id = a_request_id()

    first = await billing.set_prices(tenant_id, request_id=request_id)
    billing.clock.advance(minutes=5)

    assert await billing.set_prices(tenant_id, request_id=request_id) == first


async def test_a_price_book_never_reaches_into_what_was_invoiced(billing: Billing) -> None:
    """The last day of the invoiced month is too early, the first of the next is not."""
    tenant_id = await billing.a_client()
    await billing.draft(tenant_id, "2025-10")
    await billing.issue(tenant_id, "2025-10")

    too_early = create(billing, tenant_id, a_price_book(since=date(2025, 10, 31)))

    assert (await refused(too_early)).reason == "PERIOD_INVOICED"
    assert await create(billing, tenant_id, a_price_book(since=date(2025, 11, 1)))


async def test_a_tenant_that_is_not_has_no_price_book(billing: Billing) -> None:
    """A slip of the pen in a name is found at once."""
    problem = await refused(create(billing, "nobody-at-all", a_price_book()))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_everything_wrong_with_a_price_book_is_told_with_its_field(billing: Billing) -> None:
    """As the paths of the request."""
    tenant_id = await billing.a_client(prices=None)
    book = a_price_book({"platform": "-1", "did": "0.0000000001"})
    book.currency_code = "XXX"
    book.prices[1].duration_tariff.CopyFrom(PER_CALL)

    problem = await refused(create(billing, tenant_id, book))

    assert problem.reason == "INVALID_REQUEST"
    assert {each.field for each in problem.violations} == {
        "price_book.currency_code",
        "price_book.prices[0].unit_price",
        "price_book.prices[1].unit_price",
        "price_book.prices[1].duration_tariff",
    }


async def test_a_price_that_is_no_number_is_refused_at_its_field(billing: Billing) -> None:
    """NaN and exponents are no prices, and nothing said is not nothing to pay."""
    tenant_id = await billing.a_client(prices=None)
    for text in ("NaN", "1e3", "free", ""):
        book = a_price_book({"platform": text})

        problem = await refused(create(billing, tenant_id, book))

        assert [each.field for each in problem.violations] == ["price_book.prices[0].unit_price"]


async def test_the_cost_of_a_route_is_kept_with_its_name(billing: Billing) -> None:
    """Next to the cost of all other routes."""
    book = a_cost_book({"minute": "0.01"}, since=date(2032, 1, 1))
    own = cost_book_service_pb2.CostBook.Cost()
    own.CopyFrom(book.costs[0])
    own.unit_cost.CopyFrom(WireDecimal(value="0.008"))
    own.route = "routes/r7"
    book.costs.append(own)
    request = cost_book_service_pb2.CreateCostBookRequest(cost_book=book)

    created = await billing.cost_books.CreateCostBook(request, metadata=billing.operator)

    assert created.name == "costBooks/2032-01-01"
    assert [(cost.route, cost.unit_cost.value) for cost in created.costs] == [
        ("", "0.01"),
        ("routes/r7", "0.008"),
    ]


async def test_a_day_has_one_cost_book(billing: Billing) -> None:
    """Repeated with its request id it is harmless; otherwise it is refused."""
    since, request_id = date(2033, 1, 1), a_request_id()
    first = await billing.set_costs(since=since, request_id=request_id)

    assert await billing.set_costs(since=since, request_id=request_id) == first
    assert (await refused(billing.set_costs(since=since))).reason == "COST_BOOK_OVERLAPS"


async def test_cost_books_are_listed_from_the_latest_on(billing: Billing) -> None:
    """In pages."""
    for month in (1, 2):
        await billing.set_costs(COSTS, since=date(2034, month, 1))

    async def page(token: str) -> Any:
        request = cost_book_service_pb2.ListCostBooksRequest(page_size=1, page_token=token)
        return await billing.cost_books.ListCostBooks(request, metadata=billing.operator)

    first = await page("")
    second = await page(first.next_page_token)

    assert [book.cost_books[0].name for book in (first, second)] == [
        "costBooks/2034-02-01",
        "costBooks/2034-01-01",
    ]


async def test_a_clients_people_see_no_books(billing: Billing) -> None:
    """Neither its own price book nor what the operator pays."""
    tenant_id = await billing.a_client(PRICES)
    prices = price_book_service_pb2.ListPriceBooksRequest(parent=f"tenants/{tenant_id}")
    costs = cost_book_service_pb2.ListCostBooksRequest()
    metadata = billing.client(tenant_id)

    problems = [
        await refused(billing.price_books.ListPriceBooks(prices, metadata=metadata)),
        await refused(billing.cost_books.ListCostBooks(costs, metadata=metadata)),
    ]

    assert {problem.code for problem in problems} <= {
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.NOT_FOUND,
    }
