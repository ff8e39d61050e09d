"""PlanService: plans that a price book can be started from."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import grpc
import pytest
from google.type.decimal_pb2 import Decimal as WireDecimal

from tests.support.billing import (
    PER_CALL,
    Billing,
    a_price_book,
    a_request_id,
    figures,
    refused,
)
from tests.support.builders.billing import PRICES
from veneer.billing.v1 import plan_service_pb2 as pb
from veneer.billing.v1 import price_book_service_pb2, price_pb2
from veneer.billing.v1 import price_schedule_service_pb2 as schedules_pb

NAMES = {
    price_pb2.PLATFORM_LICENSE: "platform",
    price_pb2.MINUTES: "minute",
    price_pb2.DIDS: "did",
}


def a_plan() -> str:
    """Gives the name of a plan that no other test has."""
    return f"p-{uuid.uuid4().hex[:12]}"


async def create(
    billing: Billing, plan: str, prices: dict[str, str] = PRICES, request_id: str = ""
) -> pb.PlanVersion:
    book = a_price_book(prices)
    version = pb.PlanVersion(
        plan=plan, display_name="Platinum", currency_code="USD", prices=book.prices
    )
    request = pb.CreatePlanVersionRequest(plan_version=version, request_id=request_id)
    created: pb.PlanVersion = await billing.plans.CreatePlanVersion(
        request, metadata=billing.operator
    )
    return created


async def listed(billing: Billing, page_size: int = 500, token: str = "") -> Any:
    request = pb.ListPlanVersionsRequest(page_size=page_size, page_token=token)
    return await billing.plans.ListPlanVersions(request, metadata=billing.operator)


async def start_book(
    billing: Billing, tenant_id: str, plan_version: str, **others: Any
) -> price_book_service_pb2.PriceBook:
    """Creates a price book from a plan, with other prices in place of some."""
    book = a_price_book(others.pop("prices", {}), **others)
    book.plan_version = plan_version
    request = price_book_service_pb2.CreatePriceBookRequest(
        parent=f"tenants/{tenant_id}", price_book=book
    )
    created: price_book_service_pb2.PriceBook = await billing.price_books.CreatePriceBook(
        request, metadata=billing.operator
    )
    return created


def amounts(of: Any) -> dict[str, str]:
    return {NAMES[price.item]: price.unit_price.value for price in of.prices}


@pytest.mark.parametrize(
    ("name", "display_name", "prices"),
    [
        ("bronze.1", "Bronze", {"platform": "299", "minute": "0.03", "did": "5"}),
        ("silver.1", "Silver", {"platform": "499", "minute": "0.025", "did": "3"}),
        ("gold.1", "Gold", {"platform": "999", "minute": "0.02", "did": "2"}),
    ],
)
async def test_the_seeds_tiers_are_there_from_the_start(
    billing: Billing, name: str, display_name: str, prices: dict[str, str]
) -> None:
    """With the prices that they are sold at."""
    (version,) = (
        each
        for each in (await listed(billing)).plan_versions
        if each.name == f"planVersions/{name}"
    )

    assert (version.display_name, version.version, version.currency_code) == (
        display_name,
        1,
        "USD",
    )
    assert amounts(version) == prices


async def test_a_plan_gets_its_next_version(billing: Billing) -> None:
    """Numbers are given out one by one; a repeated request gives the first answer."""
    plan, request_id = a_plan(), a_request_id()

    first = await create(billing, plan)
    second = await create(billing, plan, {**PRICES, "minute": "0.02"}, request_id)
    repeated = await create(billing, plan, {**PRICES, "minute": "0.02"}, request_id)

    assert [first.name, second.name] == [f"planVersions/{plan}.1", f"planVersions/{plan}.2"]
    assert repeated == second


async def test_versions_are_listed_by_plan_the_newest_first(billing: Billing) -> None:
    """In pages."""
    plan = a_plan()
    created = [await create(billing, plan) for _ in range(3)]

    found: list[pb.PlanVersion] = []
    token = ""
    while not found or token:
        answer = await listed(billing, 2, token)
        found += answer.plan_versions
        token = answer.next_page_token

    assert [each for each in found if each.plan == plan] == created[::-1]
    assert [each.plan for each in found] == sorted(each.plan for each in found)


async def test_a_book_started_from_a_plan_has_its_prices(billing: Billing) -> None:
    """And charges by them."""
    tenant_id = await billing.a_client(prices=None)
    billing.usage.store_calls(tenant_id, date(2025, 10, 6), 60, 100)

    book = await start_book(billing, tenant_id, "planVersions/silver.1")
    statement = await billing.statement(tenant_id, "2025-10")

    assert book.plan_version == "planVersions/silver.1"
    assert amounts(book) == {"platform": "499", "minute": "0.025", "did": "3"}
    assert figures(statement.lines) == [
        ("Platform license", "1", "499", "499.00 USD"),
        ("Minutes", "100", "0.025", "2.50 USD"),
    ]


async def test_a_clients_own_prices_stand_in_place_of_the_plans(billing: Billing) -> None:
    """What was agreed with it, and the plan for the rest."""
    tenant_id = await billing.a_client(prices=None)

    book = await start_book(
        billing,
        tenant_id,
        "planVersions/silver.1",
        prices={"minute": "0.022"},
        tariff=PER_CALL,
    )

    assert amounts(book) == {"platform": "499", "minute": "0.022", "did": "3"}
    assert book.prices[1].duration_tariff == PER_CALL


async def test_a_new_version_changes_no_book(billing: Billing) -> None:
    """A client keeps the prices it was signed at."""
    tenant_id, plan = await billing.a_client(prices=None), a_plan()
    await create(billing, plan)
    book = await start_book(billing, tenant_id, f"planVersions/{plan}.1")

    await create(billing, plan, {**PRICES, "platform": "9999"})

    request = price_book_service_pb2.ListPriceBooksRequest(parent=f"tenants/{tenant_id}")
    kept = await billing.price_books.ListPriceBooks(request, metadata=billing.operator)
    assert list(kept.price_books) == [book]


async def test_a_version_that_is_not_is_not_found(billing: Billing) -> None:
    """Neither another number nor another plan is taken for it."""
    tenant_id = await billing.a_client(prices=None)

    for name in ("silver.99", "platinum-that-never-was.1"):
        problem = await refused(start_book(billing, tenant_id, f"planVersions/{name}"))

        assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_a_plan_of_another_currency_is_refused(billing: Billing) -> None:
    """There is no rate of exchange here."""
    tenant_id = await billing.a_client(prices=None)
    book = a_price_book({})
    book.currency_code, book.plan_version = "EUR", "planVersions/silver.1"
    request = price_book_service_pb2.CreatePriceBookRequest(
        parent=f"tenants/{tenant_id}", price_book=book
    )

    problem = await refused(billing.price_books.CreatePriceBook(request, metadata=billing.operator))

    assert [each.field for each in problem.violations] == ["price_book.currency_code"]


@pytest.mark.parametrize(
    ("plan_version", "field"),
    [
        ("", "price_book.prices"),
        ("silver.1", "price_book.plan_version"),
        ("planVersions/silver", "price_book.plan_version"),
        ("planVersions/silver.0", "price_book.plan_version"),
    ],
)
async def test_a_book_names_a_plan_or_has_prices(
    billing: Billing, plan_version: str, field: str
) -> None:
    """A book of nothing would charge nothing."""
    tenant_id = await billing.a_client(prices=None)

    problem = await refused(start_book(billing, tenant_id, plan_version))

    assert {each.field for each in problem.violations} == {field}


async def test_everything_wrong_with_a_version_is_told_with_its_field(billing: Billing) -> None:
    """As the paths of the request."""
    version = pb.PlanVersion(
        plan="Gold!", display_name="x" * 81, currency_code="XXX", prices=a_price_book().prices
    )
    version.prices[0].unit_price.CopyFrom(WireDecimal(value="-1"))
    request = pb.CreatePlanVersionRequest(plan_version=version)

    problem = await refused(billing.plans.CreatePlanVersion(request, metadata=billing.operator))

    assert problem.code is grpc.StatusCode.INVALID_ARGUMENT
    assert {each.field for each in problem.violations} == {
        "plan_version.plan",
        "plan_version.display_name",
        "plan_version.currency_code",
        "plan_version.prices[0].unit_price",
    }


async def test_clients_see_no_plans(billing: Billing) -> None:
    """What others are offered is the operator's affair."""
    tenant_id = await billing.a_client()

    problem = await refused(
        billing.plans.ListPlanVersions(
            pb.ListPlanVersionsRequest(), metadata=billing.client(tenant_id)
        )
    )

    assert problem.code in {grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.NOT_FOUND}


async def test_enterprise_is_a_plan_whose_prices_are_agreed_with_each_client(
    billing: Billing,
) -> None:
    """It has none of its own, and none are made up."""
    tenant_id = await billing.a_client(prices=None)
    (version,) = (
        each
        for each in (await listed(billing)).plan_versions
        if each.name == "planVersions/enterprise.1"
    )

    problem = await refused(start_book(billing, tenant_id, version.name))
    book = await start_book(billing, tenant_id, version.name, prices=PRICES)

    assert len(version.prices) == 0
    assert [each.field for each in problem.violations] == ["price_book.prices"]
    assert book.plan_version == version.name


@pytest.mark.parametrize(
    ("name", "calls", "agents"), [("bronze.1", 5, 10), ("silver.1", 20, 50), ("gold.1", None, None)]
)
async def test_a_plan_tells_its_limits(
    billing: Billing, name: str, calls: int | None, agents: int | None
) -> None:
    """Those that the seed's tiers are sold with; none where there are none."""
    (version,) = (
        each
        for each in (await listed(billing)).plan_versions
        if each.name == f"planVersions/{name}"
    )

    limits = version.limits
    told = [
        getattr(limits, field) if limits.HasField(field) else None
        for field in ("max_concurrent_calls", "max_agents", "max_dids")
    ]
    assert told == [calls, agents, None]


async def test_limits_are_of_a_version_as_prices_are(billing: Billing) -> None:
    """Unset is without limit, and nothing is nothing."""
    plan = a_plan()
    version = pb.PlanVersion(
        plan=plan,
        display_name="Platinum",
        currency_code="USD",
        prices=a_price_book().prices,
        limits=pb.PlanLimits(max_dids=0, max_agents=7),
    )
    request = pb.CreatePlanVersionRequest(plan_version=version)
    created = await billing.plans.CreatePlanVersion(request, metadata=billing.operator)
    request.plan_version.limits.max_dids = -1
    problem = await refused(billing.plans.CreatePlanVersion(request, metadata=billing.operator))

    assert created.limits == version.limits
    assert [each.field for each in problem.violations] == ["plan_version.limits.max_dids"]


async def test_a_plan_changed_in_mid_month_is_charged_by_days_with_notice(
    billing: Billing,
) -> None:
    """From Silver with a price of its own to Gold, 14 and 17 days of October."""
    tenant_id = await billing.a_client(prices=None)
    await start_book(billing, tenant_id, "planVersions/silver.1", prices={"minute": "0.024"})
    billing.usage.store_calls(tenant_id, date(2025, 10, 6), 60, 100)
    billing.usage.store_calls(tenant_id, date(2025, 10, 20), 60, 100)
    book = a_price_book({}, since=date(2025, 10, 15))
    book.plan_version = "planVersions/gold.1"
    book.proration = price_book_service_pb2.PriceBook.BY_DAYS
    request = price_book_service_pb2.CreatePriceBookRequest(
        parent=f"tenants/{tenant_id}", price_book=book
    )

    without = await refused(billing.price_books.CreatePriceBook(request, metadata=billing.operator))
    request.notice_waived_reason = "The client wanted Gold at once."
    await billing.price_books.CreatePriceBook(request, metadata=billing.operator)
    await billing.draft(tenant_id, "2025-10")
    invoice = await billing.issue(tenant_id, "2025-10")

    assert without.reason == "PRICE_NOTICE_TOO_SHORT"
    assert figures(invoice.lines) == [
        ("Platform license, October 1 to 14", "0.451613", "499", "225.35 USD"),
        ("Platform license, October 15 to 31", "0.548387", "999", "547.84 USD"),
        ("Minutes, October 1 to 14", "100", "0.024", "2.40 USD"),
        ("Minutes, October 15 to 31", "100", "0.02", "2.00 USD"),
    ]


async def test_prices_are_told_in_words_for_an_agreement(billing: Billing) -> None:
    """Those of the plan until there is a book; of the book then, and of no other client."""
    plan, tenant_id = await create(billing, a_plan()), await billing.a_client(prices=None)

    async def told(plan_version: str = plan.name) -> dict[str, str]:
        request = schedules_pb.GetPriceScheduleRequest(
            tenant=f"tenants/{tenant_id}", plan_version=plan_version
        )
        schedule = await billing.schedules.GetPriceSchedule(request)
        return {line.item: line.price for line in schedule.lines}

    before, nothing = await told(), await told("")
    await start_book(billing, tenant_id, plan.name, prices={"did": "7"})
    after = await told("")

    assert nothing == {}
    assert before["Minutes"].startswith("0.025 USD per minute")
    assert (after["Minutes"], after["Phone numbers (DIDs)"]) == (
        before["Minutes"],
        "7 USD per number",
    )
