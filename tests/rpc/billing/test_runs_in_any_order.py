"""Whatever happens to runs, and whenever calls come, each month is billed once, to the cent."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.billing.worker.invoice_runs import InvoiceRunner
from tests.support.billing import Billing
from tests.support.builders.billing import PRICES
from tests.support.eventually import eventually
from veneer.billing.v1 import invoice_run_service_pb2 as pb
from veneer.billing.v1 import invoice_service_pb2

MONTHS = ("2025-07", "2025-08", "2025-09", "2025-10")
LEASE_SECONDS = 121


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one of the months come in."""

    month: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one of the months begins, and is killed after a moment if that is said."""

    month: int
    killed_after_answers: int | None


calls = st.builds(Calls, st.integers(0, 2), st.integers(1, 5000))
runs = st.builds(Run, st.integers(0, 2), st.none() | st.integers(0, 3))
stories = st.lists(calls | runs, max_size=12)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stories)
async def test_each_month_is_billed_once(own_billing: Billing, story: list[Calls | Run]) -> None:
    """Runs in any order, killed, repeated, at once, with late calls: what one run would bill."""
    tenant_id = await own_billing.a_client(PRICES)
    # The directory is asked again after ten seconds.
    own_billing.clock.advance(seconds=11)
    seconds: defaultdict[int, int] = defaultdict(int)
    for each in story:
        if isinstance(each, Calls):
            day = date.fromisoformat(f"{MONTHS[each.month]}-05")
            own_billing.usage.store_calls(tenant_id, day, seconds=each.seconds)
            seconds[each.month] += each.seconds
        else:
            await _run(own_billing, each)
    for month in (2, 0, 1, 3):
        await _run(own_billing, Run(month, killed_after_answers=None))

    billed = await _billed(own_billing, tenant_id)
    own_billing.directory.remove(tenant_id)

    assert billed == {MONTHS[month]: Decimal(500) + _minutes(seconds[month]) for month in range(4)}


async def _run(billing: Billing, run: Run) -> None:
    wanted = pb.InvoiceRun(month=MONTHS[run.month], is_issuing=True)
    request = pb.CreateInvoiceRunRequest(invoice_run=wanted)
    await billing.runs.CreateInvoiceRun(request, metadata=billing.operator)
    replicas = [InvoiceRunner(billing.desk).run_until_empty() for _ in range(2)]
    work = asyncio.gather(*replicas, return_exceptions=True)
    if run.killed_after_answers is not None:
        wanted_count = billing.usage.request_count + run.killed_after_answers
        await eventually(lambda: work.done() or billing.usage.request_count >= wanted_count)
        work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    # What was left behind is anybody's again.
    billing.clock.advance(seconds=LEASE_SECONDS)


async def _billed(billing: Billing, tenant_id: str) -> dict[str, Decimal]:
    request = invoice_service_pb2.ListInvoicesRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.invoices.ListInvoices(request, metadata=billing.client(tenant_id))
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice in listed.invoices:
        for line in invoice.lines:
            month = line.original_month or invoice.name.rpartition("/")[2]
            found[month] += Decimal(line.amount.units) + Decimal(line.amount.nanos).scaleb(-9)
    return dict(found)


def _minutes(seconds: int) -> Decimal:
    """The seed's formula: one rounding up per month, at 0.025 a minute."""
    exact = Decimal(ceil(seconds / 60)) * Decimal("0.025")
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
