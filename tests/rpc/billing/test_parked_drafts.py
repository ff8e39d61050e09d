"""A draft that looks wrong waits for somebody to look at it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.billing import Billing, a_request_id, figures, refused, text_of
from tests.support.builders.billing import PRICES
from veneer.billing.v1 import draft_invoice_service_pb2

Draft = draft_invoice_service_pb2.DraftInvoice
Reason = Draft.ParkReason.Reason

SETUP = {**PRICES, "setup": "1500"}


def reasons(draft: Any) -> list[str]:
    """Names why a draft is parked."""
    return [Reason.Name(each.reason) for each in draft.park_reasons]


async def test_a_draft_with_nothing_the_matter_is_ready(billing: Billing) -> None:
    """And can be sent."""
    tenant_id = await billing.a_client()

    draft = await billing.draft(tenant_id, "2025-10")

    assert (draft.state, reasons(draft)) == (Draft.READY, [])


async def test_use_without_a_price_parks_the_draft(billing: Billing) -> None:
    """What has a price is in it; what has none can't be released either."""
    tenant_id = await billing.a_client({"platform": "1"})
    billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=1)

    draft = await billing.draft(tenant_id, "2025-10")
    sent = await refused(billing.issue(tenant_id, "2025-10"))
    released = await refused(billing.release(tenant_id, "2025-10"))

    assert figures(draft.lines) == [("Platform license", "1", "1", "1.00 USD")]
    assert (draft.state, reasons(draft)) == (Draft.PARKED, ["PRICE_MISSING"])
    assert sent.reason == "DRAFT_PARKED"
    assert sent.metadata["reasons"] == "PRICE_MISSING"
    assert released.reason == "DRAFT_UNRATED"


async def test_a_client_without_any_price_has_no_draft(billing: Billing) -> None:
    """There is not even a currency."""
    tenant_id = await billing.a_client(None)

    assert (await refused(billing.draft(tenant_id, "2025-10"))).reason == "PRICE_MISSING"


async def test_a_month_far_from_its_history_is_parked(billing: Billing) -> None:
    """More than three times what is usual."""
    tenant_id = await billing.a_client()
    for month in ("2025-07", "2025-08", "2025-09"):
        await billing.draft(tenant_id, month)
        await billing.issue(tenant_id, month)
    billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=60, count=40_001)

    draft = await billing.draft(tenant_id, "2025-10")

    assert reasons(draft) == ["FAR_FROM_HISTORY"]
    assert draft.park_reasons[0].message == "The month comes to 1500.03; 500.00 is usual (USD)."


async def test_a_month_that_costs_more_than_it_is_charged_is_parked(billing: Billing) -> None:
    """A minute at 0.001 is bought at 0.01."""
    await billing.set_costs(since=date(2024, 6, 1))
    tenant_id = await billing.a_client({**PRICES, "platform": "1", "minute": "0.001"})
    billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=60, count=1000)

    draft = await billing.draft(tenant_id, "2025-10")

    assert reasons(draft) == ["LOSS"]
    assert draft.park_reasons[0].message == "The month is charged 2.00 USD and costs 10.00 USD."


async def test_a_released_draft_is_sent(billing: Billing) -> None:
    """Repeating the release is harmless."""
    tenant_id = await billing.a_client({"platform": "0", "minute": "0.1"})
    billing.usage.store_calls(tenant_id, date(2025, 8, 1), seconds=600)
    await billing.draft(tenant_id, "2025-08")
    await billing.issue(tenant_id, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 1), seconds=600, count=-1)
    parked = await billing.draft(tenant_id, "2025-09")
    request_id = a_request_id()

    before = await refused(billing.issue(tenant_id, "2025-09"))
    released = await billing.release(tenant_id, "2025-09", request_id)
    again = await billing.release(tenant_id, "2025-09", request_id)
    invoice = await billing.issue(tenant_id, "2025-09")

    assert reasons(parked) == ["NEGATIVE"]
    assert before.reason == "DRAFT_PARKED"
    assert released.state == again.state == Draft.RELEASED
    assert text_of(invoice.total) == text_of(parked.total)


async def test_a_draft_made_anew_is_looked_at_anew(billing: Billing) -> None:
    """A release is of the figures that were seen."""
    tenant_id = await billing.a_client({"platform": "0", "minute": "0.1"})
    billing.usage.store_calls(tenant_id, date(2025, 8, 1), seconds=600)
    await billing.draft(tenant_id, "2025-08")
    await billing.issue(tenant_id, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 1), seconds=600, count=-1)
    await billing.draft(tenant_id, "2025-09")
    await billing.release(tenant_id, "2025-09")
    billing.clock.advance(seconds=1)

    anew = await billing.draft(tenant_id, "2025-09")

    assert anew.state == Draft.PARKED


async def test_the_list_shows_state_and_reasons(billing: Billing) -> None:
    """As the draft was answered."""
    tenant_id = await billing.a_client({"platform": "1"})
    billing.usage.store_calls(tenant_id, date(2025, 10, 1), seconds=1)
    draft = await billing.draft(tenant_id, "2025-10")

    request = draft_invoice_service_pb2.ListDraftInvoicesRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.drafts.ListDraftInvoices(request, metadata=billing.operator)

    assert list(listed.draft_invoices) == [draft]


async def test_a_release_says_why(billing: Billing) -> None:
    """Not more than can be read."""
    tenant_id = await billing.a_client()
    await billing.draft(tenant_id, "2025-10")

    nothing = await refused(billing.release(tenant_id, "2025-10", note=""))
    too_much = await refused(billing.release(tenant_id, "2025-10", note="x" * 501))
    nowhere = await refused(billing.release(tenant_id, "2025-09"))

    assert (nothing.reason, too_much.reason) == ("INVALID_REQUEST", "INVALID_REQUEST")
    assert nowhere.reason == "RESOURCE_NOT_FOUND"


async def test_the_set_up_is_charged_once_in_a_clients_life(billing: Billing) -> None:
    """With the first invoice: golden unit_economics, setup 1500."""
    tenant_id = await billing.a_client(SETUP)

    statement = await billing.statement(tenant_id, "2025-09")
    first = await billing.draft(tenant_id, "2025-09")
    other = await billing.draft(tenant_id, "2025-10")
    await billing.issue(tenant_id, "2025-09")
    await billing.release(tenant_id, "2025-10")
    outdated = await refused(billing.issue(tenant_id, "2025-10"))
    second = await billing.draft(tenant_id, "2025-10")

    assert figures(first.lines)[-1] == ("Set-up fee", "1", "1500", "1500.00 USD")
    assert statement.total == first.total
    assert reasons(other) == ["OVERLAP"]
    assert outdated.reason == "DRAFT_OUTDATED"
    assert "Set-up fee" not in [line.description for line in second.lines]


async def test_a_set_up_stays_billed_when_its_month_is_computed_again(billing: Billing) -> None:
    """A late call brings its minutes, not a second set-up, nor the first one back."""
    tenant_id = await billing.a_client(SETUP)
    await billing.draft(tenant_id, "2025-08")
    await billing.issue(tenant_id, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), seconds=3600)

    draft = await billing.draft(tenant_id, "2025-09")

    assert [line.description for line in draft.lines] == [
        "Platform license",
        "Minutes",
        "August 2025: Minutes",
    ]
