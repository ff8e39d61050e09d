"""What comes late is billed with the next invoice, once."""

from __future__ import annotations

import asyncio
from datetime import date

from google.type.date_pb2 import Date

from tests.support.billing import Billing, figures, refused, text_of
from tests.support.builders.billing import PRICES
from veneer.billing.v1 import price_pb2, statement_service_pb2

ADJUSTMENT = statement_service_pb2.ChargeLine.ADJUSTMENT
PARKED, READY = 2, 1


async def _invoiced(billing: Billing, *months: str, prices: dict[str, str] | None = None) -> str:
    """A client with ten minutes of calls in each month, invoiced month after month."""
    tenant_id = await billing.a_client(prices or PRICES)
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        billing.usage.store_calls(tenant_id, first, seconds=600)
        await billing.draft(tenant_id, month)
        await billing.issue(tenant_id, month)
    return tenant_id


async def test_late_calls_are_billed_next_month_with_their_own_dates(billing: Billing) -> None:
    """An hour of August that arrives after its invoice: 60 minutes at 0.025."""
    tenant_id = await _invoiced(billing, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), seconds=3600)

    draft = await billing.draft(tenant_id, "2025-09")

    assert figures(draft.lines) == [
        ("Platform license", "1", "500", "500.00 USD"),
        ("Minutes", "0", "0.025", "0.00 USD"),
        ("August 2025: Minutes", "60", "0.025", "1.50 USD"),
    ]
    late = draft.lines[-1]
    assert (late.kind, late.original_month, late.item) == (
        ADJUSTMENT,
        "2025-08",
        price_pb2.MINUTES,
    )
    assert (late.start_date, late.end_date) == (
        Date(year=2025, month=8, day=1),
        Date(year=2025, month=9, day=1),
    )
    assert text_of(draft.total) == "501.50 USD"


async def test_what_was_billed_late_is_not_billed_again(billing: Billing) -> None:
    """Neither by the draft of the month after, nor by the same draft made anew."""
    tenant_id = await _invoiced(billing, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), seconds=3600)
    first = await billing.draft(tenant_id, "2025-09")
    again = await billing.draft(tenant_id, "2025-09")
    await billing.issue(tenant_id, "2025-09")

    after = await billing.draft(tenant_id, "2025-10")

    assert list(again.lines) == list(first.lines)
    assert [line.kind for line in after.lines if line.kind == ADJUSTMENT] == []


async def test_what_comes_late_twice_is_billed_twice_over(billing: Billing) -> None:
    """Each time the difference to all that was billed before."""
    tenant_id = await _invoiced(billing, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), seconds=3600)
    await billing.draft(tenant_id, "2025-09")
    await billing.issue(tenant_id, "2025-09")
    billing.usage.store_calls(tenant_id, date(2025, 8, 30), seconds=1200)
    billing.usage.store_calls(tenant_id, date(2025, 9, 30), seconds=60)

    draft = await billing.draft(tenant_id, "2025-10")

    assert figures(draft.lines)[-2:] == [
        ("August 2025: Minutes", "20", "0.025", "0.50 USD"),
        ("September 2025: Minutes", "1", "0.025", "0.03 USD"),
    ]


async def test_what_is_taken_back_is_credited(billing: Billing) -> None:
    """A withdrawn call is less than was billed; a total below zero is looked at first."""
    tenant_id = await _invoiced(billing, "2025-08", prices={"platform": "0", "minute": "0.1"})
    billing.usage.store_calls(tenant_id, date(2025, 8, 1), seconds=600, count=-1)

    draft = await billing.draft(tenant_id, "2025-09")

    assert figures(draft.lines)[-1] == ("August 2025: Minutes", "-10", "0.1", "-1.00 USD")
    assert text_of(draft.total) == "-1.00 USD"
    assert draft.state == PARKED


async def test_nothing_is_computed_again_if_nothing_has_changed(billing: Billing) -> None:
    """One reading of quantities, whatever the number of months before."""
    tenant_id = await _invoiced(billing, "2025-06", "2025-07", "2025-08")
    before = billing.usage.request_count

    await billing.draft(tenant_id, "2025-09")

    assert billing.usage.request_count == before + 1


async def test_a_month_before_the_first_invoice_changes_nothing(billing: Billing) -> None:
    """What was never invoiced has its own invoice."""
    tenant_id = await _invoiced(billing, "2025-09")
    billing.usage.store_calls(tenant_id, date(2025, 8, 1), seconds=600)

    draft = await billing.draft(tenant_id, "2025-10")

    assert ADJUSTMENT not in [line.kind for line in draft.lines]


async def test_two_drafts_can_not_bill_the_same_difference(billing: Billing) -> None:
    """The second is parked, and outdated when the first has been sent."""
    tenant_id = await _invoiced(billing, "2025-07")
    billing.usage.store_calls(tenant_id, date(2025, 7, 31), seconds=3600)
    await billing.draft(tenant_id, "2025-08")

    second = await billing.draft(tenant_id, "2025-09")
    await billing.release(tenant_id, "2025-09")
    await billing.issue(tenant_id, "2025-08")
    problem = await refused(billing.issue(tenant_id, "2025-09"))
    anew = await billing.draft(tenant_id, "2025-09")

    assert [each.reason for each in second.park_reasons] == [2]
    assert problem.reason == "DRAFT_OUTDATED"
    assert ADJUSTMENT not in [line.kind for line in anew.lines]
    assert anew.state == READY


async def test_a_change_between_two_drafts_is_not_lost(billing: Billing) -> None:
    """September's draft was made before August's invoice, and knows nothing of its late calls."""
    tenant_id = await billing.a_client()
    await billing.draft(tenant_id, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 5), seconds=3600)
    await billing.draft(tenant_id, "2025-09")
    await billing.issue(tenant_id, "2025-08")
    await billing.issue(tenant_id, "2025-09")

    draft = await billing.draft(tenant_id, "2025-10")

    assert figures(draft.lines)[-1] == ("August 2025: Minutes", "60", "0.025", "1.50 USD")


async def test_drafts_made_at_once_bill_once(billing: Billing) -> None:
    """Eight at the same time are one."""
    tenant_id = await _invoiced(billing, "2025-08")
    billing.usage.store_calls(tenant_id, date(2025, 8, 31), seconds=3600)

    await asyncio.gather(*(billing.draft(tenant_id, "2025-09") for _ in range(8)))
    sent = await asyncio.gather(*(billing.issue(tenant_id, "2025-09") for _ in range(8)))

    assert {text_of(invoice.total) for invoice in sent} == {"501.50 USD"}
