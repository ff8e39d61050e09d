"""DraftInvoiceService and InvoiceService: from a month that is over to a file for ever."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, date, datetime
from typing import Any

import grpc
from pypdf import PdfReader

from tests.support.billing import Billing, a_request_id, figures, refused, text_of
from tests.support.builders.billing import PRICES, an_id
from veneer.billing.v1 import draft_invoice_service_pb2, invoice_service_pb2

OCTOBER = "2025-10"


async def abc_solar(billing: Billing) -> str:
    """The seed's example client with its October 2025."""
    tenant_id = await billing.a_client()
    billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=60, count=99_999)
    billing.usage.store_calls(tenant_id, date(2025, 10, 31), seconds=30, count=2)
    billing.usage.store_dids(tenant_id, date(2025, 10, 1), 10)
    billing.usage.store_gigabytes(tenant_id, date(2025, 10, 1), "50")
    billing.usage.store_support(tenant_id, date(2025, 10, 6), "3.5")
    billing.usage.store_support(tenant_id, date(2025, 10, 20), "1.5")
    return tenant_id


def get(billing: Billing, tenant_id: str, month: str = OCTOBER) -> Any:
    request = invoice_service_pb2.GetInvoiceRequest(name=f"tenants/{tenant_id}/invoices/{month}")
    return billing.invoices.GetInvoice(request, metadata=billing.client(tenant_id))


def download(billing: Billing, tenant_id: str, month: str = OCTOBER) -> Any:
    name = f"tenants/{tenant_id}/invoices/{month}"
    request = invoice_service_pb2.DownloadInvoiceRequest(name=name)
    return billing.invoices.DownloadInvoice(request, metadata=billing.client(tenant_id))


async def test_the_example_client_is_invoiced_to_the_cent(billing: Billing) -> None:
    """The golden invoice, lines in its order."""
    tenant_id = await abc_solar(billing)

    await billing.draft(tenant_id, OCTOBER)
    invoice = await billing.issue(tenant_id, OCTOBER)

    assert figures(invoice.lines) == [
        ("Platform license", "1", "500", "500.00 USD"),
        ("Minutes", "100000", "0.025", "2500.00 USD"),
        ("Phone numbers (DIDs)", "10", "3", "30.00 USD"),
        ("Data storage (GB)", "50", "1", "50.00 USD"),
        ("Support hours", "5", "100", "500.00 USD"),
    ]
    assert text_of(invoice.total) == "3580.00 USD"
    assert invoice.name == f"tenants/{tenant_id}/invoices/2025-10"
    assert invoice.seller_display_name == "Northgate Voice"
    assert invoice.buyer_display_name == "ABC Solar Company"
    assert invoice.time_zone == "America/New_York"
    assert invoice.period.start_time.ToDatetime(UTC) == datetime(2025, 10, 1, 4, tzinfo=UTC)
    assert invoice.issue_time.ToDatetime(UTC) == billing.clock.now()


async def test_an_invoice_keeps_the_figures_of_its_draft(billing: Billing) -> None:
    """What arrives between draft and sending is not in it, and not in what is shown afterwards."""
    tenant_id = await abc_solar(billing)
    draft = await billing.draft(tenant_id, OCTOBER)
    billing.usage.store_calls(tenant_id, date(2025, 10, 9), seconds=6000)

    invoice = await billing.issue(tenant_id, OCTOBER)
    statement = await billing.statement(tenant_id, OCTOBER)

    assert invoice.as_of_time == draft.as_of_time
    assert invoice.total == draft.total
    assert list(statement.lines) == list(invoice.lines)
    assert statement.is_final


async def test_a_draft_made_anew_has_the_figures_of_now(billing: Billing) -> None:
    """Late calls are charged as long as nothing has been sent."""
    tenant_id = await abc_solar(billing)
    await billing.draft(tenant_id, OCTOBER)
    billing.usage.store_calls(tenant_id, date(2025, 10, 9), seconds=6000)

    draft = await billing.draft(tenant_id, OCTOBER)

    assert text_of(draft.total) == "3582.50 USD"


async def test_a_month_is_sent_once_however_often_it_is_asked_for(billing: Billing) -> None:
    """With the same request id, with another one, and without any."""
    tenant_id = await abc_solar(billing)
    await billing.draft(tenant_id, OCTOBER)
    request_id = a_request_id()

    first = await billing.issue(tenant_id, OCTOBER, request_id)
    billing.clock.advance(hours=1)
    repeats = [
        await billing.issue(tenant_id, OCTOBER, request_id),
        await billing.issue(tenant_id, OCTOBER, a_request_id()),
        await billing.issue(tenant_id, OCTOBER),
        await get(billing, tenant_id),
    ]

    assert repeats == [first] * 4


async def test_numbers_have_no_gaps_though_all_are_sent_at_once(billing: Billing) -> None:
    """Each of eight clients' invoices is asked for twice at the same time."""
    seller_id = billing.directory.add(an_id(), seller_id="", time_zone="UTC")
    tenant_ids = [await billing.a_client(seller_id=seller_id) for _ in range(8)]
    for tenant_id in tenant_ids:
        await billing.draft(tenant_id, OCTOBER)

    sent = await asyncio.gather(*(billing.issue(each, OCTOBER) for each in tenant_ids * 2))

    numbers = sorted({invoice.number for invoice in sent})
    assert numbers == [f"2025-{position:06}" for position in range(1, 9)]


async def test_a_number_is_of_the_year_that_the_seller_writes(billing: Billing) -> None:
    """At noon of the last of December in London it is next year in Auckland."""
    seller_id = billing.directory.add(an_id(), seller_id="", time_zone="Pacific/Auckland")
    tenant_id = await billing.a_client(seller_id=seller_id)
    await billing.draft(tenant_id, OCTOBER)
    before = billing.clock.now()
    billing.clock.set(datetime(2025, 12, 31, 12, tzinfo=UTC))
    try:
        invoice = await billing.issue(tenant_id, OCTOBER)
    finally:
        billing.clock.set(before)

    assert invoice.number == "2026-000001"


async def test_a_draft_is_gone_when_it_has_been_sent(billing: Billing) -> None:
    """Drafts are what is still to be done."""
    tenant_id = await abc_solar(billing)
    await billing.draft(tenant_id, OCTOBER)
    await billing.draft(tenant_id, "2025-09")
    await billing.issue(tenant_id, OCTOBER)

    request = draft_invoice_service_pb2.ListDraftInvoicesRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.drafts.ListDraftInvoices(request, metadata=billing.operator)

    assert [each.name for each in listed.draft_invoices] == [
        f"tenants/{tenant_id}/draftInvoices/2025-09"
    ]


async def test_a_month_that_is_not_over_has_no_draft(billing: Billing) -> None:
    """By the tenant's own calendar."""
    tenant_id = await billing.a_client()

    problem = await refused(billing.draft(tenant_id, "2025-11"))

    assert (problem.code, problem.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "PERIOD_OPEN")
    assert problem.metadata["month"] == "2025-11"


async def test_a_month_that_was_sent_has_no_draft(billing: Billing) -> None:
    """A correction is something else."""
    tenant_id = await billing.a_client()
    await billing.draft(tenant_id, OCTOBER)
    await billing.issue(tenant_id, OCTOBER)

    assert (await refused(billing.draft(tenant_id, OCTOBER))).reason == "PERIOD_INVOICED"


async def test_a_repeated_request_for_a_draft_gets_its_first_answer(billing: Billing) -> None:
    """Even after it was sent."""
    tenant_id = await billing.a_client()
    request_id = a_request_id()
    first = await billing.draft(tenant_id, OCTOBER, request_id)
    await billing.issue(tenant_id, OCTOBER)

    assert await billing.draft(tenant_id, OCTOBER, request_id) == first


async def test_a_request_id_is_of_one_request(billing: Billing) -> None:
    """Used for another month it is a mistake of the caller."""
    tenant_id = await billing.a_client()
    request_id = a_request_id()
    await billing.draft(tenant_id, OCTOBER, request_id)

    problem = await refused(billing.draft(tenant_id, "2025-09", request_id))

    assert problem.reason == "REQUEST_ID_REUSED"


async def test_there_is_nothing_to_send_without_a_draft(billing: Billing) -> None:
    """Nor under an id that is no month."""
    tenant_id = await billing.a_client()

    assert (await refused(billing.issue(tenant_id, OCTOBER))).reason == "RESOURCE_NOT_FOUND"
    assert (await refused(billing.issue(tenant_id, "latest"))).reason == "RESOURCE_NOT_FOUND"


async def test_an_invoice_that_is_not_there_is_not_found(billing: Billing) -> None:
    """Neither its figures nor its file."""
    tenant_id = await billing.a_client()

    assert (await refused(get(billing, tenant_id))).reason == "RESOURCE_NOT_FOUND"
    assert (await refused(get(billing, tenant_id, "latest"))).reason == "RESOURCE_NOT_FOUND"
    assert (await refused(download(billing, tenant_id))).reason == "RESOURCE_NOT_FOUND"


async def test_invoices_are_listed_from_the_latest_on(billing: Billing) -> None:
    """In pages, each with a token for the next."""
    tenant_id = await billing.a_client()
    for month in ("2025-08", "2025-09", OCTOBER):
        await billing.draft(tenant_id, month)
        await billing.issue(tenant_id, month)
    parent, metadata = f"tenants/{tenant_id}", billing.client(tenant_id)

    async def page(token: str) -> Any:
        request = invoice_service_pb2.ListInvoicesRequest(
            parent=parent, page_size=2, page_token=token
        )
        return await billing.invoices.ListInvoices(request, metadata=metadata)

    first = await page("")
    second = await page(first.next_page_token)

    assert [each.name.rpartition("/")[2] for each in first.invoices] == [OCTOBER, "2025-09"]
    assert [each.name.rpartition("/")[2] for each in second.invoices] == ["2025-08"]
    assert second.next_page_token == ""
    assert len(first.invoices[0].lines) == 2


async def test_a_page_token_of_another_list_is_refused(billing: Billing) -> None:
    """It was not given for this question."""
    tenant_id = await billing.a_client()
    request = invoice_service_pb2.ListInvoicesRequest(
        parent=f"tenants/{tenant_id}", page_token="made-up"
    )

    call = billing.invoices.ListInvoices(request, metadata=billing.client(tenant_id))

    assert (await refused(call)).reason == "INVALID_PAGE_TOKEN"


async def test_the_file_says_what_the_invoice_says(billing: Billing) -> None:
    """Read back by another program than wrote it."""
    tenant_id = await abc_solar(billing)
    await billing.draft(tenant_id, OCTOBER)
    invoice = await billing.issue(tenant_id, OCTOBER)

    file = await download(billing, tenant_id)
    reader = PdfReader(io.BytesIO(file.data))
    text = " ".join(page.extract_text() for page in reader.pages)

    assert file.content_type == "application/pdf"
    for expected in (
        invoice.number,
        "Northgate Voice",
        "ABC Solar Company",
        "October 1 \N{EN DASH} 31, 2025",
        "America/New York",
        "100,000",
        "$0.025",
        "$2,500.00",
        "$3,580.00",
    ):
        assert expected in text
    assert reader.metadata is not None
    assert reader.metadata.title == f"Invoice {invoice.number}"


async def test_the_file_is_the_same_bytes_every_time(billing: Billing) -> None:
    """It is kept, not made again: a new logo does not change what was sent."""
    tenant_id = await abc_solar(billing)
    await billing.draft(tenant_id, OCTOBER)
    await billing.issue(tenant_id, OCTOBER)
    first = await download(billing, tenant_id)
    billing.clock.advance(days=1)

    assert (await download(billing, tenant_id)).data == first.data


async def test_a_clients_people_can_not_prepare_or_send_invoices(billing: Billing) -> None:
    """Not even with the permission's name."""
    tenant_id = await billing.a_client(PRICES)
    request = draft_invoice_service_pb2.CreateDraftInvoiceRequest(
        parent=f"tenants/{tenant_id}", draft_invoice_id=OCTOBER
    )

    call = billing.drafts.CreateDraftInvoice(request, metadata=billing.client(tenant_id))

    assert (await refused(call)).code in (
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.NOT_FOUND,
    )
