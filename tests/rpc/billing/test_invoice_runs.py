"""InvoiceRunService: a month of all clients, however often it is begun, killed or shared."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import grpc
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration

from services.billing.usecases.create_invoice_run import schedule_runs
from services.billing.worker.invoice_runs import InvoiceRunner
from tests.support.billing import Billing, a_request_id, refused, text_of
from tests.support.simulators.directory import OPERATOR
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts_pb
from veneer.billing.v1 import invoice_run_service_pb2 as pb
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb

OCTOBER = "2025-10"
LEASE_SECONDS = 121
Outcome = pb.InvoiceRunOutcome
Policy = pb.InvoiceRunPolicy


@pytest_asyncio.fixture(loop_scope="session")
async def clients(own_billing: Billing) -> list[str]:
    """Three clients who owe 500.03 each, and who nobody else has."""
    found = [await own_billing.a_client() for _ in range(3)]
    for tenant_id in found:
        own_billing.usage.store_calls(tenant_id, date(2025, 10, 5), seconds=60)
    # The directory is asked again after ten seconds.
    own_billing.clock.advance(seconds=11)
    return found


async def begin(billing: Billing, month: str = OCTOBER, request_id: str = "", **how: bool) -> Any:
    """Begins a run."""
    run = pb.InvoiceRun(month=month, is_issuing=how.get("is_issuing", True))
    request = pb.CreateInvoiceRunRequest(invoice_run=run, request_id=request_id)
    return await billing.runs.CreateInvoiceRun(request, metadata=billing.operator)


async def work(billing: Billing) -> int:
    """Does all that is due."""
    return await InvoiceRunner(billing.desk).run_until_empty()


async def progress(billing: Billing, name: str) -> Any:
    """Gets a run."""
    return await billing.runs.GetInvoiceRun(
        pb.GetInvoiceRunRequest(name=name), metadata=billing.operator
    )


async def outcomes(billing: Billing, name: str, **asked: Any) -> dict[str, Any]:
    """Lists what came of a run by client, page by page."""
    found: dict[str, Any] = {}
    request = pb.ListInvoiceRunOutcomesRequest(parent=name, page_size=2, **asked)
    while True:
        page = await billing.runs.ListInvoiceRunOutcomes(request, metadata=billing.operator)
        found |= {each.tenant.removeprefix("tenants/"): each for each in page.outcomes}
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


async def invoices(billing: Billing, tenant_id: str) -> list[Any]:
    """Lists a client's invoices."""
    request = invoices_pb.ListInvoicesRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.invoices.ListInvoices(request, metadata=billing.client(tenant_id))
    return list(listed.invoices)


async def drafts(billing: Billing, tenant_id: str) -> list[Any]:
    """Lists a client's drafts."""
    request = drafts_pb.ListDraftInvoicesRequest(parent=f"tenants/{tenant_id}")
    listed = await billing.drafts.ListDraftInvoices(request, metadata=billing.operator)
    return list(listed.draft_invoices)


async def test_a_run_invoices_everybody(own_billing: Billing, clients: list[str]) -> None:
    """And says so."""
    run = await begin(own_billing)
    await work(own_billing)

    done = await progress(own_billing, run.name)
    found = await outcomes(own_billing, run.name)

    assert run.counts.pending >= 3
    assert not run.is_done
    assert done.is_done
    assert [found[each].state for each in clients] == [Outcome.ISSUED] * 3
    for tenant_id in clients:
        assert [text_of(each.total) for each in await invoices(own_billing, tenant_id)] == [
            "500.03 USD"
        ]


async def test_a_run_can_leave_the_sending_to_people(
    own_billing: Billing, clients: list[str]
) -> None:
    """Then there are drafts."""
    run = await begin(own_billing, is_issuing=False)
    await work(own_billing)

    found = await outcomes(own_billing, run.name, state=Outcome.DRAFTED)

    assert set(clients) <= set(found)
    assert await invoices(own_billing, clients[0]) == []
    assert len(await drafts(own_billing, clients[0])) == 1


async def test_a_parked_draft_is_an_outcome_with_its_reasons(
    own_billing: Billing, clients: list[str]
) -> None:
    """The others are sent all the same; released, it is sent by the next run as it was seen."""
    tenant_id = await own_billing.a_client({"platform": "0", "minute": "0.1"})
    own_billing.usage.store_calls(tenant_id, date(2025, 9, 1), seconds=600)
    await own_billing.draft(tenant_id, "2025-09")
    await own_billing.issue(tenant_id, "2025-09")
    own_billing.usage.store_calls(tenant_id, date(2025, 9, 1), seconds=600, count=-1)
    own_billing.clock.advance(seconds=11)

    first = await begin(own_billing)
    await work(own_billing)
    parked = (await outcomes(own_billing, first.name))[tenant_id]
    await own_billing.release(tenant_id, OCTOBER)
    second = await begin(own_billing)
    await work(own_billing)
    sent = (await outcomes(own_billing, second.name))[tenant_id]

    assert (parked.state, list(parked.reasons)) == (Outcome.PARKED, ["NEGATIVE"])
    assert (await outcomes(own_billing, first.name))[clients[0]].state == Outcome.ISSUED
    assert sent.state == Outcome.ISSUED
    assert text_of((await invoices(own_billing, tenant_id))[0].total) == "-1.00 USD"


async def test_a_client_without_prices_is_told_of(own_billing: Billing) -> None:
    """There is nothing to draft."""
    tenant_id = await own_billing.a_client(None)
    own_billing.clock.advance(seconds=11)

    run = await begin(own_billing)
    await work(own_billing)
    found = (await outcomes(own_billing, run.name))[tenant_id]

    assert (found.state, list(found.reasons)) == (Outcome.PARKED, ["PRICE_MISSING"])


async def test_a_second_run_skips_what_was_sent(own_billing: Billing, clients: list[str]) -> None:
    """Any number of runs are one."""
    await begin(own_billing)
    await work(own_billing)
    again = await begin(own_billing)
    await work(own_billing)

    found = await outcomes(own_billing, again.name)

    assert [found[each].state for each in clients] == [Outcome.SKIPPED] * 3
    assert [len(await invoices(own_billing, each)) for each in clients] == [1, 1, 1]


async def test_a_repeated_request_is_the_same_run(own_billing: Billing, clients: list[str]) -> None:
    """By its request id."""
    request_id = a_request_id()

    first = await begin(own_billing, request_id=request_id)
    second = await begin(own_billing, request_id=request_id)

    assert second == first


async def test_replicas_share_a_run(own_billing: Billing, clients: list[str]) -> None:
    """Each client's month is done by one of them."""
    run = await begin(own_billing)

    took = await asyncio.gather(*(work(own_billing) for _ in range(4)))
    done = await progress(own_billing, run.name)
    attempts = Counter(each.attempts for each in (await outcomes(own_billing, run.name)).values())

    assert done.is_done
    assert sum(took) >= 3
    assert set(attempts) == {1}


async def test_what_a_killed_replica_left_is_done_by_another(
    own_billing: Billing, clients: list[str]
) -> None:
    """When its leases have ended, and not before."""
    run = await begin(own_billing)
    own_billing.usage.hold()
    killed = asyncio.ensure_future(work(own_billing))
    await own_billing.usage.wait_for_somebody()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    own_billing.usage.let_go()

    await work(own_billing)
    before = await progress(own_billing, run.name)
    own_billing.clock.advance(seconds=LEASE_SECONDS)
    await work(own_billing)

    assert not before.is_done
    assert (await progress(own_billing, run.name)).is_done
    assert [len(await invoices(own_billing, each)) for each in clients] == [1, 1, 1]


async def test_a_month_is_run_by_itself_when_it_is_over_where_the_client_is(
    own_billing: Billing,
) -> None:
    """November ends in Auckland, and eighteen hours later in New York; six hours of grace each."""
    tenants = [
        await own_billing.a_client(time_zone=zone)
        for zone in ("Pacific/Auckland", "America/New_York")
    ]
    before = own_billing.clock.now()
    await set_policy(own_billing, Policy.ISSUE)
    runner = InvoiceRunner(own_billing.desk)
    seen = []
    try:
        for hour in (
            "2025-11-30T16:59",
            "2025-11-30T17:01",
            "2025-12-01T10:59",
            "2025-12-01T11:01",
        ):
            own_billing.clock.set(datetime.fromisoformat(hour).replace(tzinfo=UTC))
            await schedule(own_billing)
            await runner.run_until_empty()
            seen.append([len(await invoices(own_billing, each)) for each in tenants])
        await schedule(own_billing)
        run = await progress(own_billing, "invoiceRuns/2025-11-scheduled")
    finally:
        own_billing.clock.set(before)
        own_billing.clock.advance(seconds=1)
        await set_policy(own_billing, Policy.OFF)

    assert seen == [[0, 0], [1, 0], [1, 0], [1, 1]]
    assert run.is_scheduled
    assert run.is_done


async def set_policy(billing: Billing, mode: Any, **grace: Any) -> Any:
    """Says what happens by itself."""
    request = pb.SetInvoiceRunPolicyRequest(policy=Policy(mode=mode, **grace))
    return await billing.runs.SetInvoiceRunPolicy(request, metadata=billing.operator)


async def schedule(billing: Billing) -> None:
    """What the worker does every minute."""
    await schedule_runs(billing.desk)


async def test_the_policy_says_who_set_it(own_billing: Billing) -> None:
    """Off with six hours of grace until somebody says otherwise."""
    policy = await set_policy(own_billing, Policy.DRAFT, grace=Duration(seconds=3600))
    own_billing.clock.advance(seconds=1)
    kept = await own_billing.runs.GetInvoiceRunPolicy(
        pb.GetInvoiceRunPolicyRequest(), metadata=own_billing.operator
    )
    await set_policy(own_billing, Policy.OFF)
    too_long = await refused(set_policy(own_billing, Policy.OFF, grace=Duration(seconds=604_801)))

    assert kept == policy
    assert policy.set_by == f"tenants/{OPERATOR}/users/u1"
    assert too_long.reason == "INVALID_REQUEST"


async def test_a_run_that_is_not_there_is_not_found(own_billing: Billing) -> None:
    """Nor are its outcomes."""
    gone = await refused(progress(own_billing, "invoiceRuns/none"))
    empty = await refused(outcomes(own_billing, "invoiceRuns/none"))

    assert (gone.reason, empty.reason) == ("RESOURCE_NOT_FOUND", "RESOURCE_NOT_FOUND")


async def test_runs_are_listed_from_the_latest_on(own_billing: Billing) -> None:
    """In pages."""
    names = []
    for _ in range(3):
        names.append((await begin(own_billing)).name)
        own_billing.clock.advance(seconds=1)
    request = pb.ListInvoiceRunsRequest(page_size=3)

    first = await own_billing.runs.ListInvoiceRuns(request, metadata=own_billing.operator)
    request.page_token = first.next_page_token
    second = await own_billing.runs.ListInvoiceRuns(request, metadata=own_billing.operator)

    listed = [each.name for each in (*first.invoice_runs, *second.invoice_runs)]
    assert [each for each in listed if each in names] == names[::-1]


async def test_a_client_sees_nothing_of_runs(own_billing: Billing) -> None:
    """They are the operator's."""
    call = own_billing.runs.ListInvoiceRuns(
        pb.ListInvoiceRunsRequest(), metadata=own_billing.client("abc-solar")
    )

    assert (await refused(call)).code == grpc.StatusCode.PERMISSION_DENIED
