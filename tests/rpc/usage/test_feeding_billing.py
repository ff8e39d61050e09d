"""CallFeedService and ZoneService: what a carrier's bill and rate sheet are held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rpc.usage.conftest import Usage
from tests.support.builders.usage import MeasuredCall, a_call, a_request
from tests.support.usage import answers, refusal
from veneer.usage.v1 import call_feed_service_pb2, zone_service_pb2

START = datetime(2025, 11, 4, 15, 0, tzinfo=UTC)


async def record(usage: Usage, tenant: str, *calls: MeasuredCall) -> None:
    await answers(usage.ingest.RecordCalls(iter([a_request(tenant, *calls)])))


async def feed(usage: Usage, tenant: str, *routes: str, page_size: int = 0) -> list[Any]:
    """Gives the pages of an hour of some routes."""
    request = call_feed_service_pb2.ListRouteCallsRequest(
        tenant=f"tenants/{tenant}", routes=routes, page_size=page_size
    )
    request.start_time.FromDatetime(START)
    request.end_time.FromDatetime(START + timedelta(hours=1))
    pages = []
    while True:
        page = await usage.feed.ListRouteCalls(request)
        pages.append(page)
        if not page.next_page_token:
            return pages
        request.page_token = page.next_page_token


def at(minutes: int, **described: Any) -> MeasuredCall:
    """A call so many minutes after the hour began, on route r1 if nothing else is said."""
    key = str(described.pop("key", minutes))
    start = START + timedelta(minutes=minutes)
    return a_call(key, start=start, **{"route": "r1", **described})


async def test_the_answered_calls_of_routes_are_given_in_order(usage: Usage, tenant: str) -> None:
    """No other route's, none that was not answered, none of another hour."""
    wanted = [at(0, seconds=31), at(59, seconds=7, route="r2")]
    others = [at(-1), at(60), at(5, route="r3"), at(6, seconds=None)]
    await record(usage, tenant, *reversed(wanted), *others)

    (page,) = await feed(usage, tenant, "r1", "r2")

    assert list(page.call_ids) == [call.call_id for call in wanted]
    assert list(page.routes) == ["r1", "r2"]
    assert list(page.billable_seconds) == [31, 7]
    assert list(page.called_numbers) == [call.called_number for call in wanted]
    assert list(page.zones) == ["US", "US"]
    assert page.start_time_millis[0] == int(START.timestamp()) * 1000
    assert (datetime(1970, 1, 1) + timedelta(days=page.local_days[0])).day == 4  # noqa: DTZ001


async def test_pages_give_each_call_once(usage: Usage, tenant: str) -> None:
    """Also calls of one second."""
    calls = [at(number // 2, key=number) for number in range(7)]
    await record(usage, tenant, *calls)

    pages = await feed(usage, tenant, "r1", page_size=3)

    found = [call_id for page in pages for call_id in page.call_ids]
    assert [len(page.call_ids) for page in pages] == [3, 3, 1]
    assert sorted(found) == sorted(call.call_id for call in calls)


async def test_zones_are_told_with_the_prefixes_that_numbers_go_by(usage: Usage) -> None:
    """The longest that fits; a prefix of several zones is in each."""
    request = zone_service_pb2.ReadZonePrefixesRequest(
        prefixes=["1", "1416", "44", "447", "1242", "999"]
    )

    answer = await usage.zones.ReadZonePrefixes(request)

    zones = {each.zone: list(each.prefixes) for each in answer.zones}
    assert zones["US"] == ["1"]
    assert zones["CA"] == ["1", "1416"]
    assert zones["GB"] == ["44", "447"]
    assert zones["BS"] == ["1242"]
    assert not any("999" in prefixes for prefixes in zones.values())


async def test_what_is_no_prefix_is_refused(usage: Usage) -> None:
    """Nothing is looked up for it."""
    request = zone_service_pb2.ReadZonePrefixesRequest(prefixes=["+44"])

    assert (await refusal(usage.zones.ReadZonePrefixes(request))).reason == "INVALID_REQUEST"


async def test_the_feed_is_billings_alone(usage: Usage, tenant: str) -> None:
    """It names routes, which no client may know."""
    request = call_feed_service_pb2.ListRouteCallsRequest(tenant=f"tenants/{tenant}", routes=["r1"])

    problem = await refusal(usage.feed_by_gateway.ListRouteCalls(request))

    assert problem.reason == "CALLER_NOT_ALLOWED"
