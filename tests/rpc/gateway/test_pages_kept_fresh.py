"""The server sends what has changed on a page, to few enough, while they are logged in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import STREAMS_MAX, Browser, Running
from veneer.telephony.v1.campaign_service_pb2 import Campaign

LIVE = "/events/live"
CAMPAIGN = "tenants/abc-solar/campaigns/spring"


@asynccontextmanager
async def listening(browser: Browser, path: str) -> AsyncIterator[httpx.Response]:
    """Asks for events as a browser does."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"host": browser.host, "cookie": cookie}
    async with browser.client.stream("GET", path, headers=headers) as answer:
        yield answer


async def events(answer: httpx.Response) -> AsyncIterator[tuple[str, str]]:
    """Gives each event's name and text."""
    name, lines = "message", []
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data:"):
            lines.append(line.removeprefix("data:"))
        elif not line and lines:
            yield name, "\n".join(lines)
            name, lines = "message", []


async def test_what_changes_is_sent(gateway: Running, visitor: Browser) -> None:
    """First what there is, then what it has become."""
    gateway.world.campaigns[CAMPAIGN] = Campaign(name=CAMPAIGN, display_name="Spring roofs")

    async with listening(visitor, LIVE) as answer:
        told = events(answer)
        _, first = await anext(told)
        gateway.world.campaigns[CAMPAIGN] = Campaign(name=CAMPAIGN, display_name="Summer roofs")
        _, second = await anext(told)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "With an agent Outbound Spring roofs" in text_of(first)
    assert "With an agent Outbound Summer roofs" in text_of(second)
    assert "<html" not in first


async def test_the_dashboard_is_sent_too(visitor: Browser) -> None:
    """With the figures of the month, and what is in use beside its limits."""
    async with listening(visitor, "/events/dashboard") as answer:
        _, first = await anext(events(answer))

    text = text_of(first)
    assert "Calls up 2 of 40" in text
    assert "2 logged in" in text
    assert "Numbers 1 of 1" in text
    assert "near the limit" in text
    assert 'id="points"' in first


async def test_it_ends_with_the_session(gateway: Running, visitor: Browser) -> None:
    """The page is told, so that it can say so."""
    async with listening(visitor, LIVE) as answer:
        told = events(answer)
        await anext(told)
        await visitor.submit("/", "/logout")
        rest = [name async for name, _ in told]

    assert rest[-1] == "over"


async def test_there_are_so_many_of_a_client(gateway: Running, visitor: Browser) -> None:
    """The next one is told to ask no more; other clients' are not fewer."""
    other = gateway.at(gateway.world.parties["meridian"])
    await other.log_in()
    async with AsyncExitStack() as stack:
        answers = [
            await stack.enter_async_context(listening(visitor, LIVE)) for _ in range(STREAMS_MAX)
        ]
        all_told = [events(answer) for answer in answers]
        for told in all_told:
            await anext(told)

        beyond = await visitor.get(LIVE)
        async with listening(other, LIVE) as theirs:
            _, first = await anext(events(theirs))

    assert beyond.status_code == 204
    assert "Callers waiting" in text_of(first)


@pytest.mark.parametrize("path", [LIVE, "/events/dashboard"])
async def test_strangers_are_sent_to_the_log_in(sunny: Browser, path: str) -> None:
    """As from any page."""
    assert (await sunny.get(path)).status_code == 303
