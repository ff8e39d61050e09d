"""CallEventService: calls in the order in which they were stored, for whom that was wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.rpc.usage.conftest import Usage
from tests.support.builders.usage import MeasuredCall, a_call, a_request
from tests.support.usage import answers, refusal
from veneer.usage.v1 import call_event_service_pb2 as pb

START = datetime(2025, 11, 4, 17, tzinfo=UTC)


async def _record(usage: Usage, tenant: str, *calls: MeasuredCall) -> None:
    await answers(usage.ingest.RecordCalls(iter([a_request(tenant, *calls)])))
    usage.clock.advance(seconds=1)


async def _keep(usage: Usage, tenant: str) -> None:
    await usage.events.KeepCallEvents(pb.KeepCallEventsRequest(tenant=f"tenants/{tenant}"))


async def _read(usage: Usage, tenant: str, cursor: str = "", size: int = 0) -> Any:
    request = pb.ReadCallEventsRequest(tenant=f"tenants/{tenant}", cursor=cursor, page_size=size)
    return await usage.events.ReadCallEvents(request)


def _told(answer: Any) -> list[tuple[str, bool, bool]]:
    return [(each.call.disposition, each.is_new, each.is_disposed) for each in answer.call_events]


async def test_a_call_is_told_when_it_is_stored_and_when_it_is_disposed(
    usage: Usage, tenant: str
) -> None:
    """And not when it is sent again, or corrected in something else."""
    await _keep(usage, tenant)
    call = a_call(start=START, disposition="")
    await _record(usage, tenant, call)
    first = await _read(usage, tenant)
    await _record(usage, tenant, call)
    await _record(usage, tenant, replace(call, agent="agent9"))
    await _record(usage, tenant, replace(call, agent="agent9", disposition="SALE"))

    later = await _read(usage, tenant, first.next_cursor)

    assert _told(first) == [("", True, False)]
    assert _told(later) == [("SALE", False, True)]
    assert later.call_events[0].call.name.startswith(f"tenants/{tenant}/calls/")
    assert (await _read(usage, tenant, later.next_cursor)).next_cursor == later.next_cursor


async def test_a_batch_of_old_and_new_tells_the_new(usage: Usage, tenant: str) -> None:
    """In pages, in one order."""
    await _keep(usage, tenant)
    old = a_call("old", start=START, disposition="NI")
    await _record(usage, tenant, old)
    await _record(usage, tenant, old, a_call("new", start=START, disposition="NI"))

    first = await _read(usage, tenant, size=1)
    second = await _read(usage, tenant, first.next_cursor, size=1)

    assert _told(first) == _told(second) == [("NI", True, True)]
    assert first.call_events[0].call.name != second.call_events[0].call.name


async def test_nothing_is_kept_of_whom_nobody_asked_for(usage: Usage, tenant: str) -> None:
    """Nor a day after somebody did."""
    await _record(usage, tenant, a_call("before", start=START))
    await _keep(usage, tenant)
    usage.clock.advance(hours=25)
    await _record(usage, tenant, a_call("after", start=START))

    assert _told(await _read(usage, tenant)) == []


async def test_a_cursor_is_one_that_was_given(usage: Usage, tenant: str) -> None:
    """Anything else is refused."""
    assert (await refusal(_read(usage, tenant, "yesterday"))).reason == "INVALID_REQUEST"
