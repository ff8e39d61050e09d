"""InvoiceExplanationService: from a line back to what was used."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

from google.type.date_pb2 import Date

from tests.support.billing import PER_CALL, Billing, refused, text_of
from tests.support.builders.billing import PRICES
from veneer.billing.v1 import invoice_explanation_service_pb2 as pb
from veneer.billing.v1 import invoice_service_pb2

OCTOBER = "2025-10"


async def _invoiced(billing: Billing, *months: str, **tariff: Any) -> str:
    """A client with calls of 60 and 61 seconds each month."""
    tenant_id = await billing.a_client(None)
    await billing.set_prices(tenant_id, PRICES, **tariff)
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        billing.usage.store_calls(tenant_id, first, seconds=60, count=3)
        billing.usage.store_calls(tenant_id, first, seconds=61, count=2)
        billing.usage.store_calls(tenant_id, first, seconds=0, count=7)
        await billing.draft(tenant_id, month)
        await billing.issue(tenant_id, month)
    return tenant_id


def explain(billing: Billing, tenant_id: str, line: int, month: str = OCTOBER) -> Any:
    """Asks for a line's explanation in the client's name."""
    name = f"tenants/{tenant_id}/invoices/{month}"
    request = pb.ExplainInvoiceLineRequest(name=name, line=line)
    return billing.explanations.ExplainInvoiceLine(request, metadata=billing.client(tenant_id))


async def test_minutes_are_explained_by_their_calls(billing: Billing) -> None:
    """302 seconds together are 360 by whole minutes."""
    tenant_id = await _invoiced(billing, OCTOBER)

    found = await explain(billing, tenant_id, line=2)

    assert [(each.billable_seconds, each.call_count) for each in found.durations] == [
        (60, 3),
        (61, 2),
    ]
    assert found.billed_seconds == 360
    assert found.price_effective_date == Date(year=2025, month=1, day=1)
    assert found.price.unit_price.value == "0.025"
    assert found.exact_amount.value == "0.15"
    assert list(found.steps) == [
        "5 answered calls of 302 seconds together",
        "Rounded up by 60/60 seconds, all calls together: 360 seconds, 6 minutes",
        "6 minutes at 0.025: 0.15",
        "Rounded half up: 0.15 USD",
    ]


async def test_an_amount_is_shown_before_its_rounding(billing: Billing) -> None:
    """6/6 by call: 3 of 60 and 2 of 66 seconds are 5.2 minutes, at 0.025 exactly 0.13."""
    tenant_id = await _invoiced(billing, OCTOBER, tariff=PER_CALL)

    found = await explain(billing, tenant_id, line=2)

    assert (found.billed_seconds, found.exact_amount.value) == (312, "0.13")
    assert "each call" in found.steps[1]


async def test_an_adjustment_is_explained_by_the_whole_line(billing: Billing) -> None:
    """An hour late: 66 minutes are 1.65, of which 0.15 had been billed."""
    tenant_id = await _invoiced(billing, "2025-09")
    billing.usage.store_calls(tenant_id, date(2025, 9, 30), seconds=3600)
    await billing.draft(tenant_id, OCTOBER)
    await billing.issue(tenant_id, OCTOBER)

    found = await explain(billing, tenant_id, line=3)

    assert found.line.original_month == "2025-09"
    assert found.billed_seconds == 3960
    assert text_of(found.billed_before) == "0.15 USD"
    assert list(found.steps[-3:]) == [
        "Rounded half up: 1.65 USD",
        "Billed before: 0.15 USD",
        "The difference: 1.50 USD",
    ]


async def test_an_explanation_stays_as_it_was(billing: Billing) -> None:
    """What comes later explains another invoice."""
    tenant_id = await _invoiced(billing, OCTOBER)
    first = await explain(billing, tenant_id, line=2)
    billing.usage.store_calls(tenant_id, date(2025, 10, 30), seconds=3600)

    assert await explain(billing, tenant_id, line=2) == first


async def test_a_monthly_item_is_explained_too(billing: Billing) -> None:
    """The platform by its price."""
    tenant_id = await _invoiced(billing, OCTOBER)

    found = await explain(billing, tenant_id, line=1)

    assert list(found.steps) == ["1 month at 500: 500", "Rounded half up: 500.00 USD"]


async def test_what_is_not_there_is_not_explained(billing: Billing) -> None:
    """Neither a line nor an invoice."""
    tenant_id = await _invoiced(billing, OCTOBER)

    assert (await refused(explain(billing, tenant_id, line=3))).reason == "RESOURCE_NOT_FOUND"
    gone = explain(billing, tenant_id, line=1, month="2025-09")
    assert (await refused(gone)).reason == "RESOURCE_NOT_FOUND"


async def test_calls_are_listed_with_the_price_of_each(billing: Billing) -> None:
    """By the same function that rates them all; the sum is the line before its rounding."""
    tenant_id = await _invoiced(billing, OCTOBER, tariff=PER_CALL)
    for seconds in (60, 60, 61):
        noon = datetime(2025, 10, 1, 12, tzinfo=UTC)
        billing.costs.feed.store(tenant_id, "r1", "12125550123", noon, seconds)
    request = pb.ListInvoiceCallsRequest(parent=f"tenants/{tenant_id}/invoices/{OCTOBER}")
    metadata = billing.client(tenant_id)

    first = await billing.explanations.ListInvoiceCalls(request, metadata=metadata)
    request.page_token = first.next_page_token
    second = await billing.explanations.ListInvoiceCalls(request, metadata=metadata)

    listed = [*first.calls, *second.calls]
    assert [(each.billed_seconds, each.exact_amount.value) for each in listed] == [
        (60, "0.025"),
        (60, "0.025"),
        (66, "0.0275"),
    ]
    assert second.next_page_token == ""


async def test_a_call_that_is_rounded_with_others_shows_its_own_part(billing: Billing) -> None:
    """A minute and a second of 0.025 a minute, before whole minutes are made of all calls."""
    tenant_id = await _invoiced(billing, OCTOBER)
    noon = datetime(2025, 10, 1, 12, tzinfo=UTC)
    billing.costs.feed.store(tenant_id, "r1", "12125550123", noon, 61)
    request = pb.ListInvoiceCallsRequest(parent=f"tenants/{tenant_id}/invoices/{OCTOBER}")

    page = await billing.explanations.ListInvoiceCalls(request, metadata=billing.client(tenant_id))

    assert [(each.billed_seconds, each.exact_amount.value) for each in page.calls] == [
        (61, "0.025416666667")
    ]


async def export(billing: Billing, tenant_id: str, form: Any) -> tuple[str, str]:
    """Gives media type and text of the file of an invoice's calls."""
    request = pb.ExportInvoiceCallsRequest(
        name=f"tenants/{tenant_id}/invoices/{OCTOBER}", format=form
    )
    call = billing.explanations.ExportInvoiceCalls(request, metadata=billing.client(tenant_id))
    pieces = [piece async for piece in call]
    return pieces[0].content_type, b"".join(piece.data for piece in pieces).decode()


async def _with_calls(billing: Billing) -> str:
    tenant_id = await _invoiced(billing, OCTOBER)
    for number in range(5):
        start = datetime(2025, 10, 1, 12, number, tzinfo=UTC)
        billing.costs.feed.store(
            tenant_id, "r1", "12125550123", start, seconds=60 if number < 3 else 61
        )
    return tenant_id


async def test_calls_are_exported_as_rows(billing: Billing) -> None:
    """With how they add up to the invoice: 302 seconds are 0.125833, the line is 0.15."""
    tenant_id = await _with_calls(billing)

    media_type, text = await export(billing, tenant_id, pb.ExportInvoiceCallsRequest.CSV)
    head, first, *_, total, billed, difference, currency = csv.reader(io.StringIO(text))

    assert media_type == "text/csv"
    assert head[:3] == ["call", "start_time", "local_date"]
    assert first[1:] == [
        "2025-10-01T12:00:00+00:00",
        "2025-10-01",
        "OUTBOUND",
        "12125550123",
        "US",
        "60",
        "60",
        "0.025",
    ]
    assert [total[-1], billed[-1], difference[-1], currency[-1]] == [
        "0.125833333333",
        "0.15",
        "0.024166666667",
        "USD",
    ]


async def test_calls_are_exported_as_json(billing: Billing) -> None:
    """The same."""
    tenant_id = await _with_calls(billing)

    media_type, text = await export(billing, tenant_id, pb.ExportInvoiceCallsRequest.JSON)
    content = json.loads(text)

    assert media_type == "application/json"
    assert [each["billable_seconds"] for each in content["calls"]] == ["60"] * 3 + ["61"] * 2
    assert content["sums"]["minutes on the invoice"] == "0.15"


async def test_no_calls_are_exported_of_no_invoice(billing: Billing) -> None:
    """Refused before anything is sent."""
    tenant_id = await billing.a_client()

    problem = await refused(export(billing, tenant_id, pb.ExportInvoiceCallsRequest.CSV))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_an_invoice_is_had_as_rows_and_as_json(billing: Billing) -> None:
    """Beside the file that was sent."""
    tenant_id = await _invoiced(billing, OCTOBER)
    name = f"tenants/{tenant_id}/invoices/{OCTOBER}"
    form, metadata = invoice_service_pb2.DownloadInvoiceRequest, billing.client(tenant_id)

    rows = await billing.invoices.DownloadInvoice(
        form(name=name, format=form.CSV), metadata=metadata
    )
    text = await billing.invoices.DownloadInvoice(
        form(name=name, format=form.JSON), metadata=metadata
    )

    lines = list(csv.DictReader(io.StringIO(rows.data.decode())))
    assert [(line["item"], line["quantity"], line["amount"]) for line in lines] == [
        ("PLATFORM_LICENSE", "1", "500.00"),
        ("MINUTES", "6", "0.15"),
    ]
    assert json.loads(text.data)["name"] == name
    assert (rows.content_type, text.content_type) == ("text/csv", "application/json")
