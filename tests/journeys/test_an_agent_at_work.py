"""An agent logs in at its client's host, takes a call and says what became of it, in a real
browser before the dialer's page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Response

from tests.support.browser import Desk, Visitor, desk_of
from tests.support.eventually import eventually
from tests.support.road import Client, Road

pytestmark = pytest.mark.browser

AGENT, NUMBER = "vera", "+13125550188"
NAMES = re.compile(
    r"vici|asterisk|astguiclient|agc[_/]|vdc_|php|apache|manager_send|conf_exten_check|SIP/|<!--",
    re.IGNORECASE,
)
STAND_IN = re.compile(r"x9[a-z]1[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Scene:
    """A browser, and a client that the dialer knows, with an agent."""

    desk: Desk
    client: Client
    password: str

    def dispositions(self) -> list[str]:
        """What became of the client's leads that have been called, as its programs see it."""
        lists = self._get(self.client.name, "leadLists")
        leads = [lead for each in lists for lead in self._get(each["name"], "leads")]
        return [lead["disposition"] for lead in leads if lead["disposition"] != "NEW"]

    def _get(self, parent: str, collection: str) -> list[dict[str, Any]]:
        answer = self.client.rest.get(f"/v1/{parent}/{collection}")
        found: list[dict[str, Any]] = answer.get(collection, [])
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(road: Road) -> AsyncIterator[Scene]:
    client = road.a_client("America/Chicago", "Harbor Homes")
    did = {"phoneNumber": NUMBER, "startDate": {"year": 2025, "month": 1, "day": 1}}
    road.operator.post(f"/v1/{client.name}/dids", did)
    setup = {"campaignName": "Autumn", "agentCount": 1, "callerIds": [NUMBER.removeprefix("+")]}
    run = road.operator.post(f"/v1/{client.name}/provisioningRuns", {"setup": setup})
    await eventually(
        lambda: road.operator.get(f"/v1/{run['name']}")["state"] == "SUCCEEDED",
        deadline_seconds=30, what="the dialer",
    )  # fmt: skip
    agents = f"/v1/{client.name}/agents"
    agent = client.rest.post(agents, {"displayName": "Vera Lang"}, agentId=AGENT)
    await eventually(lambda: not client.rest.get(f"{agents}/{AGENT}").get("reconciling"))
    async with desk_of(road.suite) as desk:
        yield Scene(desk, client, agent["password"])


async def test_an_agent_takes_a_call_and_says_what_became_of_it(scene: Scene) -> None:
    """From the log-in to the disposition, and nothing on the way names what is behind."""
    async with scene.desk.visitor(scene.client.rest.host) as visitor:
        page = visitor.page
        heard: list[Response] = []

        def hear(answer: Response) -> None:
            heard.append(answer)

        page.on("response", hear)
        await _log_in(visitor, scene.password)
        await page.get_by_label("Campaign").select_option(label="Autumn")
        await visitor.look("agent-start")
        await page.get_by_role("button", name="Start").click()
        await page.get_by_text("Welcome to Harbor Homes Dialer!").wait_for()
        await page.get_by_role("button", name="go ready").click()
        await page.get_by_text("Live call").wait_for()
        await visitor.look("agent-call")
        assert await page.get_by_label("First name").input_value() != ""

        await page.get_by_role("button", name="Hang up").click()
        await page.get_by_text("Hangup command sent").wait_for()
        await page.get_by_label("Disposition").select_option("SALE")
        await page.get_by_role("button", name="Save disposition").click()
        await page.get_by_text("is now SALE").wait_for()

        assert scene.dispositions() == ["SALE"]
        # Stand-ins are for scripts: nobody has to read them.
        assert STAND_IN.findall(await page.inner_text("body")) == []
        assert await page.locator("a").all_inner_texts() == ["Log out"]
        answers = [f"{each.headers}{await each.text()}" for each in heard if _is_told(each)]
        assert len(answers) > 5
        assert NAMES.findall("".join(answers)) == []

        await visitor.go("/agent")
        await page.get_by_role("button", name="Log out").click()
        await visitor.go("/agent/screen/page")
        assert page.url == f"{visitor.url}/agent"


def _is_told(answer: Response) -> bool:
    """Whether it is of the dialer's page or of what its scripts ask, and no picture."""
    is_text = answer.headers.get("content-type", "").startswith("text/")
    return "/agent/screen/" in answer.url and answer.ok and is_text


async def _log_in(visitor: Visitor, password: str) -> None:
    """At the agents' own door, after a wrong password."""
    page = visitor.page
    for said in ("not-the-password", password):
        await visitor.go("/agent")
        await page.get_by_label("Agent", exact=True).fill(AGENT)
        await page.get_by_label("Password").fill(said)
        await page.get_by_role("button", name="Log in").click()
        if said != password:
            await page.get_by_role("alert").wait_for()
            await visitor.look("agent-wrong")
    await page.get_by_role("heading", name="Hello, Vera Lang").wait_for()
