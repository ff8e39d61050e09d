"""The dialer's agent page behind a client's brand: what comes through, and what does not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from services.gateway.partners.agent_page import AgentPage
from services.kit.clock import MovableClock
from simulators.dialer.agent_page.app import Desk
from simulators.dialer.agent_page.logins import ListedLogins
from tests.rpc.gateway.conftest import NOON
from tests.support.gateway.agent_seats_peer import (
    AGENT,
    CAMPAIGN,
    LEAD,
    PASSWORD,
    PHONE_PASSWORD,
    SERVER,
    USER,
    an_agent_page,
)
from tests.support.gateway.running import Browser, Running, a_gateway

PAGE = "/agent/screen/page"
NAMES = re.compile(
    r"vici|asterisk|astguiclient|agc[_/]|vdc_|php|apache|manager_send|conf_exten_check", re.I
)
_VARIABLE = re.compile(r"(?:var|,) (\w+) = '([^']*)'")

NOT_THE_TENANTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("ask", {"ACTION": "VDADready", "campaign": "XXXXC001"}),
    ("ask", {"ACTION": "VDADready", "campaign": CAMPAIGN, "user": "XXXXA00001"}),
    ("ask", {"ACTION": "VDADready", "campaign": CAMPAIGN, "pass": PASSWORD}),
    ("ask", {"ACTION": "VDADready", "campaign": CAMPAIGN, "server_ip": "10.20.0.12"}),
    ("ask", {"ACTION": "VDADready", "campaign": CAMPAIGN, "conf_exten": "8600052"}),
    ("ask", {"ACTION": "VDADready", "campaign": CAMPAIGN, "sql": "1"}),
    ("ask", {"ACTION": "diskfree"}),
    ("ask", {"ACTION": "updateDISPO", "lead_id": "2", "dispo_choice": "SALE"}),
    ("ask", {"ACTION": "manDiaLnextCaLL", "campaign": CAMPAIGN, "dial_prefix": "82"}),
    ("ask", {"ACTION": "manDiaLnextCaLL", "campaign": CAMPAIGN, "campaign_cid": "13125550199"}),
    ("line", {"ACTION": "Hangup", "channel": "SIP/ExampleSIP-0000001a"}),
    ("line", {"ACTION": "Originate", "exten": "8212125550142"}),
    ("line", {"ACTION": "Originate", "ext_context": "internal"}),
    ("line", {"ACTION": "Originate", "queryCID": "DC1\nVariable: x=y"}),
    ("line", {"ACTION": "Command", "stage": "core show channels"}),
    ("admin.php", {"ACTION": "refresh"}),
    ("../vicidial/admin.php", {"ACTION": "refresh"}),
)


@dataclass
class Stage:
    """A gateway before a simulated agent page."""

    gateway: Running
    desk: Desk
    logins: ListedLogins

    @property
    def last(self) -> dict[str, str]:
        """What the dialer was asked last."""
        return self.desk.asked[-1][1]


@dataclass
class AtWork:
    """A browser at the page, and the page's constants."""

    browser: Browser
    page: str
    constants: dict[str, str]

    async def ask(self, script: str, **fields: str) -> httpx.Response:
        """Asks as the page's scripts do."""
        own = {"user": USER} | {
            name: self.constants[name] for name in ("server_ip", "session_name", "pass")
        }
        return await self.browser.post(f"/agent/screen/{script}", {**own, **fields})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running_stage() -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        url, desk, logins = await stack.enter_async_context(an_agent_page())
        pages = AgentPage(url)
        stack.push_async_callback(pages.close)
        gateway = await stack.enter_async_context(a_gateway(MovableClock(NOON), page=pages))
        yield Stage(gateway, desk, logins)


@pytest.fixture
def stage(running_stage: Stage) -> Stage:
    """An hour later for each test, with nothing asked yet."""
    running_stage.gateway.clock.advance(hours=1)
    running_stage.gateway.world.forget()
    running_stage.desk.asked.clear()
    return running_stage


@pytest.fixture
def stranger(stage: Stage) -> Browser:
    return stage.gateway.at(stage.gateway.world.parties["abc-solar"])


@pytest_asyncio.fixture
async def at_work(stranger: Browser) -> AtWork:
    """An agent that has come as far as the page."""
    await log_in(stranger)
    await stranger.submit("/agent", "/agent/start", campaign="west")
    page = (await stranger.get(PAGE)).text
    return AtWork(stranger, page, dict(_VARIABLE.findall(page)))


async def log_in(browser: Browser, password: str = PASSWORD, agent: str = AGENT) -> httpx.Response:
    """Logs in at the form."""
    return await browser.submit("/agent", "/agent/login", agent_id=agent, password=password)


def told(answer: httpx.Response) -> str:
    """All of an answer, headers too."""
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + answer.text


async def test_an_agent_comes_in_under_the_brand(stranger: Browser) -> None:
    """By id and password, and a campaign of its own."""
    door = (await stranger.get("/agent")).text
    inside = await log_in(stranger)
    choice = (await stranger.get("/agent")).text
    started = await stranger.submit("/agent", "/agent/start", campaign="west")
    page = await stranger.get(PAGE)

    assert "ABC Solar Dialer" in door
    assert NAMES.findall(door + choice + told(started)) == []
    assert (inside.status_code, inside.headers["location"]) == (303, "/agent")
    assert "Solar leads west" in choice
    assert started.headers["location"] == PAGE
    assert page.status_code == 200
    assert "Welcome to ABC Solar Dialer!" in page.text


async def test_nothing_of_what_is_behind_is_in_the_page(at_work: AtWork) -> None:
    """No password, address, comment or name, in what is read or in a script."""
    answer = await at_work.browser.get(PAGE)

    assert NAMES.findall(told(answer)) == []
    for secret in (PASSWORD, PHONE_PASSWORD, SERVER, "default'", "8600051", "<!--", "2.14-714c"):
        assert secret not in told(answer)
    assert "set-cookie" not in answer.headers
    assert at_work.constants["campaign"] == CAMPAIGN


async def test_a_call_from_ready_to_its_disposition(stage: Stage, at_work: AtWork) -> None:
    """The dialer is told the truth where the browser has stand-ins."""
    room = at_work.constants["session_id"]
    ready = await at_work.ask("ask", ACTION="VDADready", campaign=CAMPAIGN, conf_exten=room)
    truth = stage.last
    for _ in range(2):
        call = await at_work.ask("ask", ACTION="VDADcheckINCOMING", campaign=CAMPAIGN)
    channel = call.text.splitlines()[1].split("|")[3]
    hangup = await at_work.ask("line", ACTION="Hangup", channel=channel)
    hung_up = stage.last["channel"]
    saved = await at_work.ask("ask", ACTION="updateDISPO", lead_id="1", dispo_choice="SALE")

    assert (truth["pass"], truth["server_ip"]) == (PASSWORD, SERVER)
    assert truth["conf_exten"].startswith("86000")
    assert hung_up == "SIP/ExampleSIP-0000001a"
    assert stage.logins.dispositions[-1] == (str(LEAD), "SALE")
    for answer in (ready, call, hangup, saved):
        assert NAMES.findall(told(answer)) == []
        assert not {"SIP/", SERVER, PASSWORD} & set(re.findall(r"SIP/|[\d.]{9,}|\w+", told(answer)))


async def test_what_is_not_the_tenants_is_refused(stage: Stage, at_work: AtWork) -> None:
    """And the dialer never hears of it."""
    stage.desk.asked.clear()

    answers = [(await at_work.ask(script, **more), more) for script, more in NOT_THE_TENANTS]

    assert [more for answer, more in answers if answer.status_code not in (403, 404)] == []
    assert stage.desk.asked == []


async def test_a_number_is_dialed_behind_the_tenants_prefix_alone(
    stage: Stage, at_work: AtWork
) -> None:
    """As the page puts it together: the prefix it was given, and digits."""
    prefix, context = at_work.constants["manual_dial_prefix"], at_work.constants["ext_context"]
    dialed = await at_work.ask(
        "line", ACTION="Originate", exten=f"{prefix}12125550142", ext_context=context,
        channel=f"Local/{at_work.constants['session_id']}@{context}",
        outbound_cid=at_work.constants["campaign_cid"],
    )  # fmt: skip

    assert dialed.status_code == 200
    assert stage.last["exten"] == "8112125550142"
    assert stage.last["channel"].endswith("@default")
    assert stage.last["outbound_cid"] == "13125550100"


async def test_a_stand_in_of_another_session_is_worth_nothing(
    stage: Stage, at_work: AtWork
) -> None:
    """Also of the same agent's, yesterday."""
    old = at_work.constants["session_id"]
    await log_in(at_work.browser)
    await at_work.browser.submit("/agent", "/agent/start", campaign="west")

    answer = await at_work.ask("room", ACTION="refresh", conf_exten=old)

    assert answer.status_code == 403


async def test_strangers_get_no_page_and_no_answer(stage: Stage, stranger: Browser) -> None:
    """They are sent to the log-in."""
    page = await stranger.get(PAGE)
    answer = await stranger.post("/agent/screen/ask", {"ACTION": "VDADready"})

    assert (page.status_code, page.headers["location"]) == (303, "/agent")
    assert answer.status_code == 401
    assert stage.desk.asked == []


async def test_wrong_passwords_and_other_clients_agents_look_the_same(
    stage: Stage, stranger: Browser
) -> None:
    """Nobody learns which agents there are."""
    meridian = stage.gateway.at(stage.gateway.world.parties["meridian"])
    answers = [
        await log_in(stranger, "wrong"),
        await log_in(stranger, agent="nobody"),
        await log_in(stranger, agent="a/../b"),
        await log_in(meridian),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert all("id or the password is not right." in each.text for each in answers)
    assert 'value="maria"' in answers[0].text


async def test_a_suspended_tenants_agents_are_out(stage: Stage, at_work: AtWork) -> None:
    """Those that are in within ten seconds, and none comes in."""
    stage.gateway.world.agents_shut_out = True
    stage.gateway.clock.advance(seconds=11)

    answer = await at_work.ask("room", ACTION="refresh")
    again = await log_in(at_work.browser)

    assert answer.status_code == 401
    assert again.status_code == 409
    assert "Nobody can log in at the moment." in again.text


async def test_logging_out_ends_both_sessions(stage: Stage, at_work: AtWork) -> None:
    """Ours, and what the agent does in the dialer."""
    await at_work.browser.submit("/agent", "/agent/logout")

    assert (await at_work.ask("room", ACTION="refresh")).status_code == 401
    assert f"ReleaseAgentSeat tenants/abc-solar/agents/{AGENT}" in stage.gateway.world.asked


async def test_logging_out_in_the_page_ends_ours(at_work: AtWork) -> None:
    """So that nobody works on from another window."""
    await at_work.ask("ask", ACTION="userLOGout", campaign=CAMPAIGN)

    assert (await at_work.browser.get(PAGE)).headers["location"] == "/agent"


async def test_another_sites_page_cannot_ask(stage: Stage, at_work: AtWork) -> None:
    """Whatever cookies it comes with."""
    stage.desk.asked.clear()
    answer = await at_work.browser.post(
        "/agent/screen/ask", {"ACTION": "VDADpause"}, origin="https://evil.example"
    )

    assert answer.status_code == 403
    assert stage.desk.asked == []


async def test_the_dialers_logo_is_the_brands(at_work: AtWork) -> None:
    """And other pictures come through, without the dialer's headers."""
    (logo,) = re.findall(r'src="\./(images/[^"]+)"', at_work.page)
    shown = await at_work.browser.get(f"/agent/screen/{logo}")
    picture = await at_work.browser.get("/agent/screen/images/wl_live_call_ON.gif")

    assert shown.headers["content-type"] == "image/svg+xml"
    assert picture.headers["content-type"] == "image/png"
    assert NAMES.findall(told(shown) + str(picture.headers)) == []
