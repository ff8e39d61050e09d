"""StatementService: what a month has come to so far."""

from __future__ import annotations

from datetime import UTC, date, datetime

import grpc

from tests.support.billing import Billing, figures, refused, text_of
from tests.support.builders.billing import PRICES
from veneer.billing.v1 import price_pb2, statement_service_pb2


async def test_the_dashboard_of_the_seed_is_shown_to_the_cent(billing: Billing) -> None:
    """45,230 minutes from 2,713,741 seconds, 10 numbers, platform, total."""
    prices = {"platform": "500", "minute": "0.025", "did": "1"}
    tenant_id = await billing.a_client(prices, time_zone="America/Chicago")
    billing.usage.store_calls(tenant_id, date(2025, 11, 1), seconds=31, count=87_540)
    billing.usage.store_calls(tenant_id, date(2025, 11, 2), seconds=1)
    billing.usage.store_calls(tenant_id, date(2025, 11, 2), seconds=0, count=400_000)
    billing.usage.store_dids(tenant_id, date(2025, 11, 1), 10)
    billing.usage.store_dids(tenant_id, date(2025, 11, 2), 10)

    statement = await billing.statement(tenant_id, "2025-11")

    assert figures(statement.lines) == [
        ("Platform license", "1", "500", "500.00 USD"),
        ("Minutes", "45230", "0.025", "1130.75 USD"),
        ("Phone numbers (DIDs)", "10", "1", "10.00 USD"),
    ]
    assert text_of(statement.total) == "1640.75 USD"
    assert not statement.is_final


async def test_a_line_says_what_it_is_of(billing: Billing) -> None:
    """Item and unit, for programs and for people."""
    tenant_id = await billing.a_client()

    (platform, minutes) = (await billing.statement(tenant_id, "2025-11")).lines

    assert (platform.item, platform.unit) == (price_pb2.PLATFORM_LICENSE, "month")
    assert (minutes.item, minutes.unit) == (price_pb2.MINUTES, "minute")


async def test_the_period_is_the_month_where_the_tenant_is(billing: Billing) -> None:
    """November 2025 in New York begins in summer time and ends in winter time."""
    tenant_id = await billing.a_client()

    statement = await billing.statement(tenant_id, "2025-11")

    assert statement.name == f"tenants/{tenant_id}/statements/2025-11"
    assert statement.period.start_time.ToDatetime(UTC) == datetime(2025, 11, 1, 4, tzinfo=UTC)
    assert statement.period.end_time.ToDatetime(UTC) == datetime(2025, 12, 1, 5, tzinfo=UTC)


async def test_it_tells_as_of_when_it_is(billing: Billing) -> None:
    """The instant is usage's, because the quantities are."""
    tenant_id = await billing.a_client()
    billing.clock.advance(minutes=1)

    statement = await billing.statement(tenant_id, "2025-11")

    assert statement.as_of_time.ToDatetime(UTC) == billing.clock.now()


async def test_a_new_minute_price_within_the_month_makes_two_lines(billing: Billing) -> None:
    """Calls by the price of their day; numbers once, though held on both sides."""
    tenant_id = await billing.a_client()
    await billing.set_prices(tenant_id, {**PRICES, "minute": "0.02"}, since=date(2025, 11, 2))
    for day in (date(2025, 11, 1), date(2025, 11, 2)):
        billing.usage.store_calls(tenant_id, day, seconds=600)
        billing.usage.store_dids(tenant_id, day, 2)

    statement = await billing.statement(tenant_id, "2025-11")

    assert figures(statement.lines) == [
        ("Platform license", "1", "500", "500.00 USD"),
        ("Minutes, November 1", "10", "0.025", "0.25 USD"),
        ("Minutes, November 2 to 30", "10", "0.02", "0.20 USD"),
        ("Phone numbers (DIDs)", "2", "3", "6.00 USD"),
    ]


async def test_storage_is_the_mean_of_the_days_measured(billing: Billing) -> None:
    """10, 20 and 25 gigabytes are 18.333333."""
    tenant_id = await billing.a_client()
    for day, gigabytes in enumerate(("10", "20", "25"), start=1):
        billing.usage.store_gigabytes(tenant_id, date(2025, 11, day), gigabytes)

    (*_, storage) = (await billing.statement(tenant_id, "2025-11")).lines

    assert (storage.quantity.value, text_of(storage.amount)) == ("18.333333", "18.33 USD")


async def test_what_has_no_price_is_not_charged_by_guess(billing: Billing) -> None:
    """The refusal says what, whose and when."""
    tenant_id = await billing.a_client({"platform": "500", "minute": "0.025"})
    billing.usage.store_dids(tenant_id, date(2025, 11, 1), 1)

    problem = await refused(billing.statement(tenant_id, "2025-11"))

    assert (problem.code, problem.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "PRICE_MISSING",
    )
    assert problem.metadata == {
        "item": "DIDS",
        "tenant": f"tenants/{tenant_id}",
        "date": "2025-11-01",
    }


async def test_a_client_without_prices_has_no_statement(billing: Billing) -> None:
    """Not even the platform is free by default."""
    tenant_id = await billing.a_client(prices=None)

    assert (await refused(billing.statement(tenant_id, "2025-11"))).reason == "PRICE_MISSING"


async def test_an_id_that_is_no_month_is_refused(billing: Billing) -> None:
    """Said at the field."""
    tenant_id = await billing.a_client()

    problem = await refused(billing.statement(tenant_id, "2025-13"))

    assert problem.reason == "INVALID_REQUEST"
    assert [each.field for each in problem.violations] == ["name"]


async def test_another_tenants_statement_is_as_if_it_were_not_there(billing: Billing) -> None:
    """The same answer as for a tenant that never was."""
    tenant_id, other_id = await billing.a_client(), await billing.a_client()

    async def asked(name: str) -> tuple[str, str]:
        request = statement_service_pb2.GetStatementRequest(name=name)
        call = billing.statements.GetStatement(request, metadata=billing.client(tenant_id))
        problem = await refused(call)
        return problem.reason, problem.message

    others = await asked(f"tenants/{other_id}/statements/2025-11")
    nobodys = await asked("tenants/nobody-at-all/statements/2025-11")

    assert others == nobodys
    assert others[0] == "RESOURCE_NOT_FOUND"


async def test_the_operator_finds_no_statement_of_a_tenant_that_is_not(billing: Billing) -> None:
    """Whether the id could be one or not."""
    for name in ("tenants/nobody-at-all/statements/2025-11", "tenants/No.Body/statements/2025-11"):
        request = statement_service_pb2.GetStatementRequest(name=name)
        call = billing.statements.GetStatement(request, metadata=billing.operator)
        assert (await refused(call)).reason == "RESOURCE_NOT_FOUND"


async def test_a_statement_asks_usage_once_and_the_directory_hardly_ever(
    billing: Billing,
) -> None:
    """What makes the dashboard fast, and its cost independent of the number of calls."""
    tenant_id = await billing.a_client()
    await billing.statement(tenant_id, "2025-11")
    asked = (billing.usage.request_count, billing.directory.request_count)

    await billing.statement(tenant_id, "2025-11")

    now = (billing.usage.request_count, billing.directory.request_count)
    assert now == (asked[0] + 1, asked[1])
