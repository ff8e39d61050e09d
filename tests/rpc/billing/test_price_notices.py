"""Prices of a client change with notice, and the notice can be proved."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import grpc
import pytest

from tests.support.billing import Billing, a_date, a_price_book, a_request_id, refused
from tests.support.builders.billing import PRICES
from veneer.billing.v1 import price_book_service_pb2 as books
from veneer.billing.v1 import price_notice_record_service_pb2 as records
from veneer.billing.v1 import price_notice_service_pb2 as pb
from veneer.tenancy.v1 import notice_service_pb2

DEARER = {**PRICES, "minute": "0.03"}
CHEAPER = {**PRICES, "minute": "0.02"}
Event = records.PriceNoticeEvent


def today(billing: Billing) -> date:
    return billing.clock.now().date()


def next_month(billing: Billing) -> date:
    return (today(billing).replace(day=1) + timedelta(days=32)).replace(day=1)


async def change(
    billing: Billing,
    tenant_id: str,
    since: date,
    prices: dict[str, str] = DEARER,
    reason: str = "",
) -> books.PriceBook:
    request = books.CreatePriceBookRequest(
        parent=f"tenants/{tenant_id}",
        price_book=a_price_book(prices, since),
        notice_waived_reason=reason,
    )
    created: books.PriceBook = await billing.price_books.CreatePriceBook(
        request, metadata=billing.operator
    )
    return created


async def listed(billing: Billing, tenant_id: str, metadata: Any = None) -> list[pb.PriceNotice]:
    request = pb.ListPriceNoticesRequest(parent=f"tenants/{tenant_id}")
    answer = await billing.price_notices.ListPriceNotices(
        request, metadata=metadata or billing.operator
    )
    return list(answer.price_notices)


async def events(billing: Billing, tenant_id: str, on: date) -> list[records.PriceNoticeEvent]:
    request = records.ListPriceNoticeEventsRequest(
        parent=f"tenants/{tenant_id}/priceNotices/{on.isoformat()}"
    )
    answer = await billing.price_notice_records.ListPriceNoticeEvents(
        request, metadata=billing.operator
    )
    return list(answer.events)


def kinds(found: list[records.PriceNoticeEvent]) -> list[str]:
    return [Event.Kind.Name(each.kind) for each in found]


async def acknowledge(billing: Billing, name: str, metadata: Any) -> pb.PriceNotice:
    request = pb.AcknowledgePriceNoticeRequest(name=name, request_id=a_request_id())
    answer: pb.PriceNotice = await billing.price_notices.AcknowledgePriceNotice(
        request, metadata=metadata
    )
    return answer


async def test_first_prices_need_no_notice(billing: Billing) -> None:
    """Nothing that was agreed changes by them, whenever they begin."""
    past, future = await billing.a_client(None), await billing.a_client(None)

    await change(billing, past, date(2025, 1, 1))
    await change(billing, future, today(billing) + timedelta(days=5))

    assert await listed(billing, past) == []
    assert await listed(billing, future) == []


@pytest.mark.parametrize("days", [-10, 0, 29])
async def test_dearer_prices_before_the_notice_is_over_are_refused(
    billing: Billing, days: int
) -> None:
    """With the day from which on they could be."""
    tenant_id = await billing.a_client()

    problem = await refused(change(billing, tenant_id, today(billing) + timedelta(days=days)))

    assert problem.code is grpc.StatusCode.FAILED_PRECONDITION
    assert problem.reason == "PRICE_NOTICE_TOO_SHORT"
    assert problem.metadata["earliest_date"] == str(today(billing) + timedelta(days=30))
    assert await listed(billing, tenant_id) == []


async def test_dearer_prices_with_notice_are_told_to_the_client(billing: Billing) -> None:
    """What it pays until then and what from then on."""
    tenant_id = await billing.a_client()
    on = today(billing) + timedelta(days=30)

    await change(billing, tenant_id, on)
    (notice,) = await listed(billing, tenant_id, billing.client(tenant_id))

    assert notice.name == f"tenants/{tenant_id}/priceNotices/{on.isoformat()}"
    assert notice.effective_date == a_date(on)
    assert [price.unit_price.value for price in notice.old_prices][1] == "0.025"
    assert [price.unit_price.value for price in notice.new_prices][1] == "0.03"
    assert not notice.HasField("acknowledge_time")


async def test_a_days_notice_is_counted_where_the_client_is(billing: Billing) -> None:
    """The clock's noon in London is the next day in Kiritimati."""
    tenant_id = await billing.a_client(time_zone="Pacific/Kiritimati")

    problem = await refused(change(billing, tenant_id, today(billing) + timedelta(days=30)))

    assert problem.metadata["earliest_date"] == str(today(billing) + timedelta(days=31))


async def test_lower_prices_need_no_notice_but_are_told(billing: Billing) -> None:
    """From the first of a month on, when no month can come to more by them."""
    tenant_id = await billing.a_client()
    on = next_month(billing)

    await change(billing, tenant_id, on, CHEAPER)

    assert kinds(await events(billing, tenant_id, on)) == ["CREATED"]


@pytest.mark.parametrize(
    ("prices", "day"),
    [
        # One of them is dearer.
        ({**CHEAPER, "did": "4"}, 1),
        # The month would be cut in two, and rounded up twice.
        (CHEAPER, 2),
        # What has no price cannot be compared.
        ({name: price for name, price in CHEAPER.items() if name != "did"}, 1),
    ],
)
async def test_what_is_not_surely_lower_needs_notice(
    billing: Billing, prices: dict[str, str], day: int
) -> None:
    """Law 8: in doubt the client is told in time."""
    tenant_id = await billing.a_client()

    problem = await refused(
        change(billing, tenant_id, next_month(billing).replace(day=day), prices)
    )

    assert problem.reason == "PRICE_NOTICE_TOO_SHORT"


async def test_notice_is_cut_short_for_a_reason_that_is_kept(billing: Billing) -> None:
    """The client is told all the same, but not in the operator's words."""
    tenant_id = await billing.a_client()
    on = today(billing) + timedelta(days=1)

    await change(billing, tenant_id, on, reason="Asked for by Ann on the phone.")

    found = await events(billing, tenant_id, on)
    (notice,) = await listed(billing, tenant_id, billing.client(tenant_id))
    assert sorted(kinds(found)) == ["CREATED", "WAIVED"]
    assert {each.detail for each in found} == {"", "Asked for by Ann on the phone."}
    assert "Ann" not in str(notice)


async def test_another_notice_can_be_agreed_with_a_tenant(billing: Billing) -> None:
    """From then on; and it is known who did."""
    tenant_id = await billing.a_client()
    name = f"tenants/{tenant_id}/priceNoticeTerms"

    request = records.UpdatePriceNoticeTermsRequest(
        price_notice_terms=records.PriceNoticeTerms(name=name, notice_days=60)
    )
    before = await billing.price_notice_records.GetPriceNoticeTerms(
        records.GetPriceNoticeTermsRequest(name=name), metadata=billing.operator
    )
    terms = await billing.price_notice_records.UpdatePriceNoticeTerms(
        request, metadata=billing.operator
    )
    problem = await refused(change(billing, tenant_id, today(billing) + timedelta(days=30)))

    assert before.notice_days == 30
    assert terms.set_by.startswith("tenants/northgate/")
    assert problem.metadata["earliest_date"] == str(today(billing) + timedelta(days=60))


async def test_a_notice_is_mailed_with_what_changes(billing: Billing) -> None:
    """And the proof has the recipient and the Message-ID."""
    tenant_id = await billing.a_client()
    on = today(billing) + timedelta(days=40)
    await change(billing, tenant_id, on)

    await billing.mails.run_due()
    await billing.mails.run_due()

    (asked,) = billing.notices.of(tenant_id)
    assert [list(row.cells) for row in asked.rows] == [
        [
            "Minutes",
            "0.025 USD per minute; the seconds of a month rounded up to 60",
            "0.03 USD per minute; the seconds of a month rounded up to 60",
        ]
    ]
    found = await events(billing, tenant_id, on)
    assert sorted(kinds(found)) == ["CREATED", "HANDED_OVER", "MAILED"]
    (mailed,) = (each for each in found if each.kind == Event.MAILED)
    assert mailed.subject == f"admin@{tenant_id}.example"
    assert mailed.detail == f"<price-change.{on.isoformat()}@{tenant_id}.example>"


async def test_mails_that_wait_or_fail_are_asked_for_again(billing: Billing) -> None:
    """Until they are sent; each thing is in the proof once."""
    tenant_id = await billing.a_client()
    on = today(billing) + timedelta(days=40)
    await change(billing, tenant_id, on)
    proof = []

    for state in ("WAITING", "FAILED", "FAILED", "SENT", "SENT"):
        billing.notices.states[tenant_id] = notice_service_pb2.Notice.State.Value(state)
        await billing.mails.run_due()
        proof.append(kinds(await events(billing, tenant_id, on))[-1])
        billing.clock.advance(hours=1)

    assert proof == ["HANDED_OVER", "MAIL_FAILED", "MAIL_FAILED", "MAILED", "MAILED"]
    assert len(billing.notices.of(tenant_id)) == 4


async def test_a_client_acknowledges_and_it_stays_so(billing: Billing) -> None:
    """Who saw it and who acknowledged it, and when, is in the proof."""
    tenant_id = await billing.a_client()
    on = today(billing) + timedelta(days=40)
    await change(billing, tenant_id, on)
    client = billing.client(tenant_id)
    (notice,) = await listed(billing, tenant_id, client)

    first = await acknowledge(billing, notice.name, client)
    billing.clock.advance(minutes=5)
    second = await acknowledge(billing, notice.name, billing.client(tenant_id))
    kept = await billing.price_notices.GetPriceNotice(
        pb.GetPriceNoticeRequest(name=notice.name), metadata=billing.client(tenant_id)
    )

    assert first.acknowledge_time == second.acknowledge_time == kept.acknowledge_time
    assert first.effective_date == a_date(on)
    found = await events(billing, tenant_id, on)
    assert sorted(kinds(found)) == ["ACKNOWLEDGED", "CREATED", "SEEN"]
    by_client = [each.subject for each in found if each.kind != Event.CREATED]
    assert all(subject.startswith(f"tenants/{tenant_id}/") for subject in by_client)


async def test_nobody_acknowledges_for_a_client(billing: Billing) -> None:
    """Nor is what the operator reads seen by the client."""
    tenant_id = await billing.a_client()
    on = today(billing) + timedelta(days=40)
    await change(billing, tenant_id, on)
    (notice,) = await listed(billing, tenant_id)

    problem = await refused(acknowledge(billing, notice.name, billing.operator))

    assert problem.reason == "ACKNOWLEDGED_BY_CLIENT_ALONE"
    assert kinds(await events(billing, tenant_id, on)) == ["CREATED"]


@pytest.mark.parametrize("notice", ["2025-01-01", "soon", "2025-13-01"])
async def test_a_notice_that_is_not_is_not_found(billing: Billing, notice: str) -> None:
    """First prices have none."""
    tenant_id = await billing.a_client()
    name = f"tenants/{tenant_id}/priceNotices/{notice}"

    problem = await refused(acknowledge(billing, name, billing.client(tenant_id)))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_another_tenants_notice_is_not_there(billing: Billing) -> None:
    """As if it had never been."""
    tenant_id, other = await billing.a_client(), await billing.a_client()
    on = today(billing) + timedelta(days=40)
    await change(billing, other, on)
    name = f"tenants/{other}/priceNotices/{on.isoformat()}"

    problem = await refused(acknowledge(billing, name, billing.client(tenant_id)))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_notices_and_their_events_come_in_pages(billing: Billing) -> None:
    """Latest notice first, oldest event first."""
    tenant_id = await billing.a_client()
    days = [today(billing) + timedelta(days=40 + n) for n in range(3)]
    for day in days:
        await change(billing, tenant_id, day, reason=uuid.uuid4().hex)
    found: list[str] = []
    token = ""

    while len(found) < 3 or token:
        request = pb.ListPriceNoticesRequest(
            parent=f"tenants/{tenant_id}", page_size=1, page_token=token
        )
        page = await billing.price_notices.ListPriceNotices(request, metadata=billing.operator)
        found += [each.name.rpartition("/")[2] for each in page.price_notices]
        token = page.next_page_token

    assert found == [day.isoformat() for day in reversed(days)]
