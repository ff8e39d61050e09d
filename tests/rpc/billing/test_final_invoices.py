"""A client whose service has ended is billed for its last month, and for none after it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.billing.worker.invoice_runs import InvoiceRunner
from tests.support.billing import Billing, refused, text_of
from veneer.billing.v1 import final_invoice_service_pb2 as pb
from veneer.billing.v1 import invoice_run_service_pb2 as runs_pb
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb

_Answer = pb.MakeFinalInvoiceResponse
# The last instant of October 20 where the client is.
END = datetime(2025, 10, 21, 4, 0, tzinfo=UTC)


async def _make(billing: Billing, tenant_id: str) -> Any:
    request = pb.MakeFinalInvoiceRequest(tenant=f"tenants/{tenant_id}")
    request.service_end_time.FromDatetime(END)
    return await billing.finals.MakeFinalInvoice(request)


async def _invoices(billing: Billing, tenant_id: str) -> list[tuple[str, str]]:
    request = invoices_pb.ListInvoicesRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.invoices.ListInvoices(request, metadata=billing.client(tenant_id))
    return [(each.name.rpartition("/")[2], text_of(each.total)) for each in listed.invoices]


async def test_the_last_month_is_billed_when_it_is_over(own_billing: Billing) -> None:
    """Once, however often it is asked for; no run and nobody by hand bills a month after it."""
    own_billing.clock.set(datetime(2025, 10, 31, 12, tzinfo=UTC))
    tenant_id = await own_billing.a_client({"platform": "500", "minute": "0.03"})
    own_billing.usage.store_calls(tenant_id, date(2025, 10, 5), seconds=60)
    own_billing.directory.end(tenant_id, END)
    early = await _make(own_billing, tenant_id)
    own_billing.clock.set(early.due_time.ToDatetime(UTC))

    answers = [await _make(own_billing, tenant_id) for _ in range(2)]
    own_billing.clock.set(datetime(2025, 12, 2, tzinfo=UTC))
    for month in ("2025-10", "2025-11"):
        request = runs_pb.CreateInvoiceRunRequest(
            invoice_run=runs_pb.InvoiceRun(month=month, is_issuing=True)
        )
        await own_billing.runs.CreateInvoiceRun(request, metadata=own_billing.operator)
    await InvoiceRunner(own_billing.desk).run_until_empty()
    by_hand = await refused(own_billing.draft(tenant_id, "2025-11"))

    assert (early.state, early.month) == (_Answer.OPEN, "2025-10")
    assert early.due_time.ToDatetime(UTC) == datetime(2025, 11, 1, 10, tzinfo=UTC)
    assert [each.state for each in answers] == [_Answer.ISSUED] * 2
    assert await _invoices(own_billing, tenant_id) == [("2025-10", "500.03 USD")]
    assert by_hand.reason == "SERVICE_ENDED"


async def test_a_parked_one_waits_until_it_is_released(own_billing: Billing) -> None:
    """Then it is sent as it was seen."""
    own_billing.clock.set(datetime(2025, 11, 2, tzinfo=UTC))
    tenant_id = await own_billing.a_client({"platform": "0", "minute": "0.1"})
    own_billing.usage.store_calls(tenant_id, date(2025, 9, 1), seconds=600)
    own_billing.clock.advance(seconds=11)
    await own_billing.draft(tenant_id, "2025-09")
    await own_billing.issue(tenant_id, "2025-09")
    own_billing.usage.store_calls(tenant_id, date(2025, 9, 1), seconds=600, count=-1)
    own_billing.clock.advance(seconds=11)

    parked = [await _make(own_billing, tenant_id) for _ in range(2)]
    await own_billing.release(tenant_id, "2025-10")
    sent = await _make(own_billing, tenant_id)

    assert [each.state for each in parked] == [_Answer.PARKED] * 2
    assert sent.state == _Answer.ISSUED
    assert await _invoices(own_billing, tenant_id) == [
        ("2025-10", "-1.00 USD"),
        ("2025-09", "1.00 USD"),
    ]
