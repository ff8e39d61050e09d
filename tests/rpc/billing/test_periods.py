"""Clients whose periods begin on another day than the first, and ones that move."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.support.billing import Billing, refused, text_of
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts
from veneer.billing.v1 import invoice_service_pb2 as invoices

PRICES = {"platform": "31", "minute": "0.60"}


async def test_a_call_is_billed_in_the_period_that_it_is_in(billing: Billing) -> None:
    """From the 31st of a month to the last day of February, and on from there."""
    tenant_id = await billing.a_client(PRICES, billing_anchor_day=31)
    for day, count in (
        (date(2025, 1, 30), 1),
        (date(2025, 1, 31), 2),
        (date(2025, 2, 27), 4),
        (date(2025, 2, 28), 8),
        (date(2025, 3, 30), 16),
        (date(2025, 3, 31), 32),
    ):
        billing.usage.store_calls(tenant_id, day, 60, count)

    amounts = {}
    for month in ("2025-01", "2025-02"):
        draft = await billing.draft(tenant_id, month)
        amounts[month] = text_of(next(line for line in draft.lines if line.unit == "minute").amount)

    assert amounts == {"2025-01": "3.60 USD", "2025-02": "14.40 USD"}


async def test_a_period_is_invoiced_when_it_is_over(billing: Billing) -> None:
    """Not at the end of the calendar month; and its invoice says from when to when."""
    tenant_id = await billing.a_client(PRICES, billing_anchor_day=15, time_zone="UTC")
    now = billing.clock.now()
    # The period of the month before last is over, whatever the day.
    early = (now.replace(day=1) - timedelta(days=40)).strftime("%Y-%m")
    current = now.strftime("%Y-%m") if now.day >= 15 else (
        now.replace(day=1) - timedelta(days=1)
    ).strftime("%Y-%m")  # fmt: skip

    problem = await refused(billing.draft(tenant_id, current))
    await billing.draft(tenant_id, early)
    await billing.issue(tenant_id, early)

    assert problem.reason == "PERIOD_OPEN"
    found = await billing.invoices.GetInvoice(
        invoices.GetInvoiceRequest(name=f"tenants/{tenant_id}/invoices/{early}"),
        metadata=billing.client(tenant_id),
    )
    year, month = map(int, early.split("-"))
    assert found.period.start_time.ToDatetime(UTC) == datetime(year, month, 15, tzinfo=UTC)


async def test_a_client_that_moves_west_is_billed_each_call_once(billing: Billing) -> None:
    """Calls keep the date that they were stored with; the new zone decides when a month is over."""
    tenant_id = await billing.a_client(PRICES, time_zone="America/New_York")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), 60, 10)
    billing.usage.store_calls(tenant_id, date(2025, 9, 1), 60, 20)
    await billing.draft(tenant_id, "2025-08")
    await billing.issue(tenant_id, "2025-08")

    billing.directory.add(tenant_id, time_zone="America/Denver")
    billing.clock.advance(minutes=1)
    draft = await billing.draft(tenant_id, "2025-09")

    assert [text_of(line.amount) for line in draft.lines if line.unit == "minute"] == ["12.00 USD"]
    assert not draft.park_reasons


async def test_a_client_that_moves_east_has_an_overlap_that_somebody_looks_at(
    billing: Billing,
) -> None:
    """The new month begins before the old one has ended: no call is billed twice all the same."""
    tenant_id = await billing.a_client(PRICES, time_zone="America/Denver")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), 60, 10)
    billing.usage.store_calls(tenant_id, date(2025, 9, 1), 60, 20)
    await billing.draft(tenant_id, "2025-08")
    await billing.issue(tenant_id, "2025-08")

    billing.directory.add(tenant_id, time_zone="America/New_York")
    billing.clock.advance(minutes=1)
    draft = await billing.draft(tenant_id, "2025-09")

    assert [text_of(line.amount) for line in draft.lines if line.unit == "minute"] == ["12.00 USD"]
    assert [each.reason for each in draft.park_reasons] == [drafts.DraftInvoice.ParkReason.OVERLAP]
