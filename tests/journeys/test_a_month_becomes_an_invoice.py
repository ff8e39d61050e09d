"""A month of calls becomes an invoice, a figure on the portal, and a margin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from pypdf import PdfReader

from tests.support.eventually import eventually
from tests.support.rest import Refused
from tests.support.road import Client, Prices, Road, a_backlog, as_json

OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 1)
COSTS = [
    {
        "item": "MINUTES",
        "unitCost": {"value": "0.01"},
        "durationTariff": {
            "rounding": "PER_PERIOD",
            "firstIncrementSeconds": 60,
            "nextIncrementSeconds": 60,
        },
    },
    {"item": "PLATFORM_LICENSE", "unitCost": {"value": "0"}},
    {"item": "DIDS", "unitCost": {"value": "1"}},
    {"item": "DATA_GIGABYTES", "unitCost": {"value": "0.10"}},
    {"item": "SUPPORT_HOURS", "unitCost": {"value": "37"}},
]


@dataclass(frozen=True, slots=True)
class Month:
    """ABC Solar after its October."""

    client: Client
    invoice: dict[str, Any]
    billable_seconds: int


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def october(road: Road) -> Month:
    """The client of golden.yaml's invoice_abc_solar, from signature to invoice."""
    client = road.a_client("America/New_York", "ABC Solar Company")
    road.prices(client, date(2025, 1, 1), Prices())
    road.operator.post(
        "/v1/costBooks",
        {"effectiveDate": as_json(date(2025, 1, 1)), "currencyCode": "USD", "costs": COSTS},
    )
    for number in range(10):
        did = {"phoneNumber": f"+1212555{number:04d}", "startDate": as_json(date(2025, 9, 15))}
        road.operator.post(f"/v1/{client.name}/dids", did)
    _meter_storage_and_support(road, client)
    seconds = await _talk_for_exactly(road, client, 5_999_970)
    draft = road.operator.post(f"/v1/{client.name}/draftInvoices", {}, draftInvoiceId="2025-10")
    invoice = road.operator.post(f"/v1/{draft['name']}:issue")
    return Month(client, invoice, seconds)


def _meter_storage_and_support(road: Road, client: Client) -> None:
    days = [OCTOBER + timedelta(days=number) for number in range(31)]
    road.measure(
        client,
        *(
            {
                "meter": "STORAGE_GIGABYTES",
                "subject": "recordings",
                "date": as_json(day),
                "quantity": {"value": "50"},
            }
            for day in days
        ),
    )
    hours = {"2025-10-07": "2", "2025-10-21": "3"}
    road.measure(
        client,
        *(
            {
                "meter": "SUPPORT_HOURS",
                "subject": f"ticket-{day}",
                "date": as_json(date.fromisoformat(day)),
                "quantity": {"value": quantity},
            }
            for day, quantity in hours.items()
        ),
    )


async def _talk_for_exactly(road: Road, client: Client, seconds: int) -> int:
    """Writes legs of October until they have talked for `seconds`, and waits for the last."""
    backlog = a_backlog(client, 9_000, OCTOBER, NOVEMBER, average_talk_seconds=600)
    spoken = road.legs(backlog).routes[client.route_code].month("2025-10").billable_seconds
    assert spoken < seconds, "the backlog leaves something to add"
    road.talk(client, seconds - spoken, date(2025, 10, 20))
    await eventually(
        lambda: road.seconds_of(client, "2025-10") == seconds, deadline_seconds=60, what="the month"
    )
    await eventually(lambda: road.month_of(client, "2025-10")["didCount"] == "10")
    return seconds


async def test_the_invoice_is_exact_to_the_cent_line_by_line(october: Month) -> None:
    """golden.yaml, invoice_abc_solar."""
    lines = [
        (
            line["item"],
            line["quantity"]["value"],
            line["unitPrice"]["value"],
            _amount(line["amount"]),
        )
        for line in october.invoice["lines"]
    ]

    assert lines == [
        ("PLATFORM_LICENSE", "1", "500", "500.00"),
        ("MINUTES", "100000", "0.025", "2500.00"),
        ("DIDS", "10", "3", "30.00"),
        ("DATA_GIGABYTES", "50", "1", "50.00"),
        ("SUPPORT_HOURS", "5", "100", "500.00"),
    ]
    assert _amount(october.invoice["total"]) == "3580.00"


async def test_only_the_operator_sees_what_is_earned(road: Road, october: Month) -> None:
    """golden.yaml, hidden: cost 1200, profit 2380, 66 percent."""
    margin = road.operator.get(f"/v1/{october.client.name}/margins/2025-10")

    assert (_amount(margin["cost"]), _amount(margin["profit"])) == ("1200.00", "2380.00")
    assert margin["marginPercent"]["value"] == "66.48"
    with pytest.raises(Refused) as refused:
        october.client.rest.get(f"/v1/{october.client.name}/margins/2025-10")
    assert refused.value.status in (403, 404)


async def test_the_client_gets_its_invoice_as_a_file(october: Month) -> None:
    """The seller's name, the buyer's, the number and the total; the same bytes every time."""
    path = f"/v1/{october.invoice['name']}:download"
    first, again = october.client.rest.send("GET", path), october.client.rest.send("GET", path)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(first.content)).pages)

    assert first.headers["content-type"] == "application/pdf"
    assert first.content == again.content
    for wanted in ("Northgate Voice", "ABC Solar Company", october.invoice["number"], "3,580.00"):
        assert wanted in text


async def test_what_has_been_invoiced_is_final_and_not_invoiced_again(
    road: Road, october: Month
) -> None:
    """A second draft of the month is refused; issuing again gives the same invoice."""
    client = october.client

    statement = client.rest.get(f"/v1/{client.name}/statements/2025-10")
    again = road.operator.post(f"/v1/{client.name}/draftInvoices/2025-10:issue")

    assert statement["isFinal"] is True
    assert again == october.invoice
    with pytest.raises(Refused) as refused:
        road.operator.post(f"/v1/{client.name}/draftInvoices", {}, draftInvoiceId="2025-10")
    assert refused.value.reason == "PERIOD_INVOICED"


async def test_a_month_that_is_not_over_is_not_invoiced(road: Road, october: Month) -> None:
    """It may still grow."""
    today = road.today(october.client.time_zone)

    with pytest.raises(Refused) as refused:
        road.operator.post(
            f"/v1/{october.client.name}/draftInvoices", {}, draftInvoiceId=f"{today:%Y-%m}"
        )

    assert refused.value.reason == "PERIOD_OPEN"


def _amount(money: dict[str, Any]) -> str:
    units, nanos = int(money.get("units", "0")), int(money.get("nanos", 0))
    return f"{units}.{nanos // 10_000_000:02d}"
