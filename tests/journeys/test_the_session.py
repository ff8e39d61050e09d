"""Who comes in at a client's own host name, and who does not any more, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.support.browser import Desk, Visitor, desk_of
from tests.support.road import Client, Road

pytestmark = pytest.mark.browser

IDLE_SECONDS = 2 * 3600 + 60
"""Longer than a session lasts unused."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A browser, and a client."""

    road: Road
    desk: Desk
    client: Client

    @property
    def host(self) -> str:
        """Where the client's portal is."""
        return self.client.rest.host

    async def log_in(self, visitor: Visitor) -> None:
        """Logs the client's administrator in, from the first page."""
        await visitor.go("/")
        await visitor.log_in(self.client.email, self.client.password)
        await visitor.page.wait_for_url(f"{visitor.url}/")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(road: Road) -> AsyncIterator[Scene]:
    async with desk_of(road.suite) as desk:
        yield Scene(road, desk, road.a_client("America/Chicago", "Meridian HVAC"))


async def test_a_stranger_sees_the_brand_and_logs_in(scene: Scene) -> None:
    """Its name, logo and colour; a wrong password is told, without saying what was wrong."""
    async with scene.desk.visitor(scene.host) as visitor:
        page = visitor.page
        await visitor.go("/")
        assert page.url == f"{visitor.url}/login"
        assert await page.title() == "Log in · Meridian HVAC Dialer"
        assert await page.locator("h1").inner_text() == "Log in to Meridian HVAC Dialer"
        assert await page.locator(".crest img.logo").evaluate("logo => logo.naturalWidth > 0")
        button = page.get_by_role("button", name="Log in")
        color = await button.evaluate("button => getComputedStyle(button).backgroundColor")
        assert color == "rgb(180, 83, 9)"
        await visitor.look("login")

        await visitor.log_in(scene.client.email, "not-the-password")
        alert = page.get_by_role("alert")
        assert await alert.inner_text() == "The e-mail address or the password is not right."
        await visitor.look("login-wrong")

        await visitor.log_in(scene.client.email, scene.client.password)
        await page.wait_for_url(f"{visitor.url}/")


async def test_the_log_in_leads_nowhere_else(scene: Scene) -> None:
    """Whoever has made the link to it."""
    async with scene.desk.visitor(scene.host) as visitor:
        await visitor.go("/login?next=//elsewhere.example/")
        await visitor.log_in(scene.client.email, scene.client.password)

        await visitor.page.wait_for_url(f"{visitor.url}/")


async def test_a_form_without_its_token_changes_nothing(scene: Scene) -> None:
    """Neither without nor with somebody else's."""
    async with scene.desk.visitor(scene.host) as visitor:
        await scene.log_in(visitor)

        statuses = [await visitor.post("/logout", form) for form in ("", "form_token=abc")]

        assert statuses == [403, 403]
        assert [complaint[:3] for complaint in visitor.complaints] == ["403", "403"]
        visitor.complaints.clear()
        await visitor.go("/")
        assert visitor.page.url == f"{visitor.url}/"


async def test_log_out_ends_the_session_for_good(scene: Scene) -> None:
    """Not only in this browser: the old cookie opens nothing any more."""
    async with scene.desk.visitor(scene.host) as visitor:
        page = visitor.page
        await scene.log_in(visitor)
        cookies = await visitor.context.cookies()

        await page.get_by_role("button", name="Log out").click()
        await page.wait_for_url(f"{visitor.url}/login")
        await visitor.context.add_cookies(
            [{"name": each["name"], "value": each["value"], "url": visitor.url} for each in cookies]
        )
        await visitor.go("/calls")

        assert page.url.startswith(f"{visitor.url}/login?next=")


async def test_a_session_that_is_over_leads_to_the_log_in(scene: Scene) -> None:
    """By itself from a page that is open, and back to where one was. The last of all journeys:
    it moves the clock by hours."""
    async with scene.desk.visitor(scene.host) as visitor:
        page = visitor.page
        await scene.log_in(visitor)
        try:
            scene.road.suite.move_clock(IDLE_SECONDS)
            await page.wait_for_url(f"{visitor.url}/login")
            await visitor.go("/calls?answered=1")
            assert page.url.startswith(f"{visitor.url}/login?next=")
            await visitor.log_in(scene.client.email, scene.client.password)
            await page.wait_for_url(f"{visitor.url}/calls?answered=1")
        finally:
            scene.road.suite.move_clock(0)
