"""One whole suite for all that looks at it from outside for minutes, with a town in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.support.browser import Desk, desk_of
from tests.support.road import Road
from tests.support.road_suite import a_road
from tests.support.smtp import Mailbox, mailbox
from tests.support.town import Town, build


@pytest.fixture(scope="session")
def post() -> Iterator[Mailbox]:
    """Where all mails of the suite come in."""
    with mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def road(post: Mailbox) -> Iterator[Road]:
    with a_road(mail_server=post.url) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(road: Road) -> Town:
    return await build(road)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(road: Road) -> AsyncIterator[Desk]:
    async with desk_of(road.suite) as started:
        yield started
