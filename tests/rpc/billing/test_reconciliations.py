"""CarrierReconciliationService: a carrier's bill against our own legs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from tests.support.billing import Billing, a_date, a_request_id, refused, text_of
from tests.support.costs import a_name
from veneer.billing.v1 import carrier_reconciliation_service_pb2 as pb

FIRST = datetime(2025, 10, 1, tzinfo=UTC)
NOON = datetime(2025, 10, 5, 12, tzinfo=UTC)
HEADINGS = "Destination,Start time,Duration,Amount\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def books(own_billing: Billing) -> None:
    """One carrier: a cent a minute, six seconds each."""
    january = a_date(datetime(2025, 1, 1).date())  # noqa: DTZ001
    sheet = "zone,rate,increments\nUS,0.01,6/6\n"
    await own_billing.costs.send_sheet(own_billing.operator, "blue", sheet, effective_date=january)


async def a_client_on_blue(billing: Billing) -> tuple[str, str]:
    """A client and its route."""
    tenant_id, route = await billing.a_client(), a_name("r")
    await billing.costs.set_route(route, "blue", tenant_id)
    return tenant_id, route


async def begin(billing: Billing, carrier: str = "blue", **more: Any) -> str:
    """Begins a reconciliation of October, and gives its name."""
    wire = pb.CarrierReconciliation(
        carrier=carrier, currency_code="USD", time_zone="America/New_York", **more
    )
    wire.start_time.FromDatetime(FIRST)
    wire.end_time.FromDatetime(FIRST + timedelta(days=31))
    request = pb.CreateCarrierReconciliationRequest(
        carrier_reconciliation=wire, carrier_reconciliation_id=a_name("bill")
    )
    made = await billing.costs.reconciliations.CreateCarrierReconciliation(
        request, metadata=billing.operator
    )
    return str(made.name)


async def add(billing: Billing, name: str, rows: str, part: int = 1, request_id: str = "") -> Any:
    request = pb.AddCarrierCallsRequest(
        name=name, part=part, csv=(HEADINGS + rows).encode(), request_id=request_id
    )
    return await billing.costs.reconciliations.AddCarrierCalls(request, metadata=billing.operator)


async def reconcile(billing: Billing, name: str) -> Any:
    request = pb.ReconcileCarrierRequest(name=name)
    return await billing.costs.reconciliations.ReconcileCarrier(request, metadata=billing.operator)


async def dispute(billing: Billing, name: str) -> list[dict[str, str]]:
    request = pb.DownloadCarrierDisputeRequest(name=name)
    body = await billing.costs.reconciliations.DownloadCarrierDispute(
        request, metadata=billing.operator
    )
    assert body.content_type.startswith("text/csv")
    return list(csv.DictReader(io.StringIO(body.data.decode())))


def told(found: Any) -> dict[str, tuple[int, str, str, str]]:
    """Count, what is asked, what it costs, and what is at stake, by outcome."""
    name = pb.CarrierReconciliation.Outcome.Name
    return {
        name(each.outcome): (
            each.call_count,
            each.carrier_amount.value,
            each.own_amount.value,
            each.at_stake.value,
        )
        for each in found.classes
    }


async def test_a_bill_is_told_apart_call_by_call(own_billing: Billing) -> None:
    """Matched, ours only, theirs only, and differing; with the money of each."""
    tenant_id, route = await a_client_on_blue(own_billing)
    feed = own_billing.costs.feed
    for index, seconds in enumerate((60, 31, 120)):
        number, start = f"1212555010{index}", NOON + timedelta(hours=index)
        feed.store(tenant_id, route, number, start, seconds)
    name = await begin(own_billing)

    await add(
        own_billing,
        name,
        # In New York it is four hours earlier; a number may come without its calling code.
        "2125550100,2025-10-05 08:00:30,60,0.01\n"
        "+1 212 555 0101,2025-10-05T13:00:00+00:00,66,0.011\n"
        "12125550199,2025-10-06 08:00:00,600,0.10\n",
    )
    found = await reconcile(own_billing, name)

    assert told(found) == {
        "MATCHED": (1, "0.01", "0.01", "0"),
        "OURS_ONLY": (1, "0", "0.02", "-0.02"),
        "THEIRS_ONLY": (1, "0.1", "0", "0.1"),
        "DIFFERING": (1, "0.011", "0.006", "0.005"),
    }
    assert text_of(found.carrier_amount) == "0.12 USD"
    assert found.state == pb.CarrierReconciliation.DONE
    rows = await dispute(own_billing, name)
    assert sorted(row["outcome"] for row in rows) == ["DIFFERING", "OURS_ONLY", "THEIRS_ONLY"]
    (differing,) = (row for row in rows if row["outcome"] == "DIFFERING")
    assert (differing["carrier_seconds"], differing["own_seconds"]) == ("66", "31")
    assert differing["carrier_line"] == "1:3"


async def test_a_part_is_added_once(own_billing: Billing) -> None:
    """Sent again it is there; other calls under its number are refused."""
    name = await begin(own_billing)
    row = "12125550100,2025-10-05 08:00:00,60,0.01\n"

    await add(own_billing, name, row)
    again = await add(own_billing, name, row)
    other = await refused(add(own_billing, name, row.replace("60", "61")))

    assert again.carrier_call_count == 1
    assert other.reason == "RESOURCE_ALREADY_EXISTS"
    assert (await add(own_billing, name, row, part=2)).carrier_call_count == 2


async def test_a_part_with_a_bad_row_is_not_added(own_billing: Billing) -> None:
    """Nothing of it is."""
    name = await begin(own_billing)

    problem = await refused(
        add(own_billing, name, "12125550100,2025-10-05 08:00:00,60,0.01\n1212,soon,60,0.01\n")
    )

    assert problem.reason == "CARRIER_CALLS_UNREADABLE"
    assert problem.metadata["lines"] == "3"
    request = pb.GetCarrierReconciliationRequest(name=name)
    found = await own_billing.costs.reconciliations.GetCarrierReconciliation(
        request, metadata=own_billing.operator
    )
    assert found.carrier_call_count == 0


async def test_what_was_reconciled_stays(own_billing: Billing) -> None:
    """Asked again it is answered the same; nothing can be added."""
    tenant_id, route = await a_client_on_blue(own_billing)
    name = await begin(own_billing)
    found = await reconcile(own_billing, name)
    own_billing.costs.feed.store(tenant_id, route, "12125550107", NOON, 60)

    assert await reconcile(own_billing, name) == found
    row = "12125550100,2025-10-05 08:00:00,60,0.01\n"
    assert (await refused(add(own_billing, name, row))).reason == "RECONCILIATION_DONE"


async def test_another_carriers_calls_are_not_looked_at(own_billing: Billing) -> None:
    """Nor are those of another month."""
    tenant_id, route = await a_client_on_blue(own_billing)
    own_billing.costs.feed.store(tenant_id, route, "12125550108", FIRST - timedelta(seconds=1), 60)
    name = await begin(own_billing, carrier="red")

    found = await reconcile(own_billing, name)

    assert {outcome: figures[0] for outcome, figures in told(found).items()} == {
        "MATCHED": 0,
        "OURS_ONLY": 0,
        "THEIRS_ONLY": 0,
        "DIFFERING": 0,
    }


async def test_what_makes_no_sense_is_refused(own_billing: Billing) -> None:
    """A zone that is none, and a reconciliation that is not."""
    wrong = await refused(begin(own_billing, start_tolerance_seconds=4000))
    missing = await refused(reconcile(own_billing, "carrierReconciliations/none"))

    assert wrong.reason == "INVALID_REQUEST"
    assert missing.reason == "RESOURCE_NOT_FOUND"


async def test_a_repeated_request_is_answered_as_before(own_billing: Billing) -> None:
    """By its id."""
    name, request_id = await begin(own_billing), a_request_id()
    row = "12125550100,2025-10-05 08:00:00,60,0.01\n"
    first = await add(own_billing, name, row, request_id=request_id)
    await add(own_billing, name, row, part=2)

    assert await add(own_billing, name, row, request_id=request_id) == first
