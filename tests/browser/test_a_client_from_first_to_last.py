"""Whole stories of a client, as its people and the operator's see them in their browsers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from io import BytesIO

import pytest
from playwright.async_api import FilePayload, expect
from pypdf import PdfReader

from tests.support.browser import Desk, Visitor
from tests.support.eventually import eventually
from tests.support.road import Client, Prices, Road, as_json
from tests.support.road_suite import OPERATOR
from tests.support.smtp import Mailbox

pytestmark = pytest.mark.browser

TENANT, HOST, CONSOLE = "linden", "linden.dialer.localhost", "console.localhost"
EMAIL, PASSWORD = "ada@linden.example", "seven-lime-trees-in-a-row"
LEADS, MONTH = 10_000, "2025-10"
SLOW_MILLISECONDS = 90_000


@asynccontextmanager
async def at_console(desk: Desk) -> AsyncIterator[Visitor]:
    """One of the operator's people, logged in."""
    async with desk.visitor(CONSOLE) as operator:
        await operator.go("/")
        await operator.log_in(OPERATOR.email, OPERATOR.password)
        await operator.page.wait_for_url(f"{operator.url}/")
        yield operator


async def _come_in(visitor: Visitor, email: str, password: str) -> None:
    await visitor.go("/login")
    await visitor.log_in(email, password)
    await visitor.page.wait_for_url(re.compile(r"^(?!.*/login)"))


async def test_from_a_signature_to_a_paid_invoice(road: Road, desk: Desk, post: Mailbox) -> None:
    """The operator signs a client, and every step after it is made by somebody in a browser."""
    road.a_plan("linden", "Linden plan")
    road.a_route("linden1")
    async with at_console(desk) as operator, desk.visitor(HOST) as ada:
        await _is_signed(operator)
        await eventually(lambda: post.to(EMAIL), what="the mail that asks for the agreement")
        await _come_in(ada, EMAIL, PASSWORD)
        await _accepts_the_agreement(ada)
        # The page at which the operator looks goes on by itself.
        await operator.page.get_by_text("the client is in").wait_for()
        await operator.look("story-onboarded")
        await eventually(lambda: _welcome(post) == HOST, 60, "the welcome mail")
        await ada.go("/login")
        await ada.page.wait_for_url(f"{ada.url}/")

        await _uploads_leads(ada)
        agent_password = await _lets_an_agent_in(ada)
        await _an_agent_takes_a_call(desk, agent_password)
        await _calls_appear(road, ada)
        await _an_invoice_is_sent(operator)
        await _it_is_read_and_paid(operator, ada)


async def _is_signed(operator: Visitor) -> None:
    page = operator.page
    await operator.go("/onboarding/_new")
    fields = {
        "display_name": "Linden Homes", "tenant_id": TENANT, "time_zone": "America/Chicago",
        "host_names": HOST, "owner_email": EMAIL, "owner_password": PASSWORD,
        "effective_date": "2025-01-01", "campaign_name": "First campaign", "agent_count": "1",
    }  # fmt: skip
    for name, value in fields.items():
        await page.locator(f"#{name}").fill(value)
    await page.locator("#plan_version").select_option(label="Linden plan, version 1 (USD)")
    await page.get_by_label("route-linden1").check()
    await page.get_by_role("button", name="Sign the client").click()
    await page.wait_for_load_state()
    await operator.look("story-onboarding")
    await page.get_by_role("heading", name="Linden Homes").wait_for()


async def _accepts_the_agreement(ada: Visitor) -> None:
    page = ada.page
    await page.get_by_role("link", name="Read the agreement").click()
    await page.get_by_label("Your full name").fill("Ada Linden")
    await page.get_by_label("I have read this agreement").check()
    await page.get_by_role("button", name="Accept the agreement").click()
    await page.get_by_text("Ada Linden").first.wait_for()
    await ada.look("story-agreement")


def _welcome(post: Mailbox) -> str:
    """Gives where the welcome mail leads; empty while there is none."""
    for mail in post.to(EMAIL):
        body = mail.get_body(("plain",))
        found = re.search(r"You log in at (\S+) with", body.get_content() if body else "")
        if found:
            return found[1]
    return ""


async def _uploads_leads(ada: Visitor) -> None:
    """With its progress, up to the last one."""
    rows = "".join(f"312555{number:04d},Ann,Ash\n" for number in range(LEADS))
    data = f"phone,first name,last name\n{rows}".encode()
    page = ada.page
    await ada.go("/lists")
    await page.get_by_label("Name", exact=True).fill("Autumn leads")
    await page.get_by_role("button", name="Make the list").click()
    await page.get_by_label("CSV or Excel").set_input_files(
        FilePayload(name="autumn.csv", mimeType="text/csv", buffer=data)
    )
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("button", name="Put the leads into the list").click()
    taken = page.locator("#state dl div", has_text="In the list")
    await expect(taken).to_contain_text(f"{LEADS:,}", timeout=SLOW_MILLISECONDS)
    await ada.look("story-leads")


async def _lets_an_agent_in(ada: Visitor) -> str:
    page = ada.page
    await ada.go("/agents")
    await page.get_by_label("Name", exact=True).fill("Vera Lang")
    await page.get_by_label("Log-in", exact=True).fill("vera")
    await page.get_by_role("button", name="Let in", exact=True).click()
    return await page.locator("pre code").inner_text()


async def _an_agent_takes_a_call(desk: Desk, password: str) -> None:
    async with desk.visitor(HOST) as vera:
        page = vera.page

        async def is_in() -> bool:
            # The dialer learns of an agent within seconds.
            await vera.go("/agent")
            await page.get_by_label("Agent", exact=True).fill("vera")
            await page.get_by_label("Password").fill(password)
            await page.get_by_role("button", name="Log in").click()
            await page.wait_for_load_state()
            return await page.get_by_role("heading", name="Hello, Vera Lang").count() > 0

        await eventually(is_in, 30, "the agent's log-in")
        await page.get_by_label("Campaign").select_option(label="First campaign")
        await page.get_by_role("button", name="Start").click()
        await page.get_by_role("button", name="go ready").click()
        await page.get_by_text("Live call").wait_for()
        await page.get_by_role("button", name="Hang up").click()
        await page.get_by_label("Disposition").select_option("SALE")
        await page.get_by_role("button", name="Save disposition").click()
        await page.get_by_text("is now SALE").wait_for()


async def _calls_appear(road: Road, ada: Visitor) -> None:
    """What the trunk measures is on the page of calls."""
    linden = Client(TENANT, "America/Chicago", "linden1", road.rest(HOST), PASSWORD)
    road.talk(linden, 60_000, date(2025, 10, 6))
    row = ada.page.locator("tbody tr").first

    async def is_there() -> bool:
        await ada.go("/calls?from=2025-10-06&to=2025-10-06")
        return "50:00" in await row.inner_text() if await row.count() else False

    await eventually(is_there, 60, "the calls")
    await ada.look("story-calls")


async def _an_invoice_is_sent(operator: Visitor) -> None:
    page = operator.page
    await operator.go(f"/clients/{TENANT}?month={MONTH}")
    await page.get_by_label("Make a draft of").select_option(MONTH)
    await page.get_by_role("button", name="Create draft").click()
    await page.get_by_role("button", name="Issue").click()
    await page.get_by_role("button", name="Issue").wait_for(state="detached")


async def _it_is_read_and_paid(operator: Visitor, ada: Visitor) -> None:
    """1,000 minutes at 0.025 and the platform; paid by transfer, which the operator notes."""
    page = ada.page
    await ada.go(f"/invoices/{MONTH}")
    async with page.expect_download() as told:
        await page.get_by_role("link", name="PDF").first.click()
    pdf = (await (await told.value).path()).read_bytes()
    text = "\n".join(each.extract_text() for each in PdfReader(BytesIO(pdf)).pages)
    assert "Linden Homes" in text
    assert "525.00" in text

    await operator.go(f"/clients/{TENANT}/money")
    await operator.page.locator("#record").get_by_label("Amount").fill("525.00")
    await operator.page.locator("#record").get_by_role("button", name="Record").click()
    await ada.go("/billing")
    row = page.locator("#invoices tbody tr")
    await expect(row).to_contain_text("paid")
    await ada.look("story-paid")


async def test_a_client_is_suspended_and_resumed(road: Road, desk: Desk) -> None:
    """At once its people are outside and are told why; afterwards they come in as before."""
    client = road.a_client("America/Chicago", "Larch Lending")
    async with at_console(desk) as operator, desk.visitor(client.rest.host) as visitor:
        await _come_in(visitor, client.email, client.password)
        await operator.go(f"/clients/{client.tenant_id}/life")
        await operator.page.get_by_label("Reason").first.fill("Two invoices are open.")
        await operator.page.get_by_role("button", name="Suspend").click()
        await _is_told(operator, client, "suspended")

        async def is_outside() -> bool:
            await visitor.go("/calls")
            return "/login" in visitor.page.url

        await eventually(is_outside, 60, "the end of the session")
        await visitor.log_in(client.email, client.password)
        await visitor.page.get_by_text("service is suspended at the moment").wait_for()
        await visitor.look("story-suspended")
        assert client.rest.send("GET", f"/v1/{client.name}/calls").status_code in (401, 403)

        await operator.page.get_by_label("Reason").first.fill("All is paid.")
        await operator.page.get_by_role("button", name="Resume").click()
        await _is_told(operator, client, "active")
        await _come_in(visitor, client.email, client.password)
        await visitor.go("/calls")
        assert visitor.page.url.endswith("/calls")


async def _is_told(operator: Visitor, client: Client, state: str) -> None:
    """The page of how it stands says so, with the reason and each step."""

    async def is_said() -> bool:
        await operator.go(f"/clients/{client.tenant_id}/life")
        return state in (await operator.page.locator("main").inner_text()).lower()

    await eventually(is_said, 60, state)
    await operator.look(f"story-life-{state}")


async def test_new_prices_are_read_and_acknowledged(road: Road, desk: Desk) -> None:
    """The dashboard tells of them until somebody has read them, and what changes is told."""
    client = road.a_client("America/Chicago", "Rowan Rentals")
    road.prices(client, date(2025, 1, 1))
    book = {
        "effectiveDate": as_json(road.today(client.time_zone) + timedelta(days=60)),
        "currencyCode": "USD",
        "prices": Prices(minute="0.03").as_json(),
    }
    road.operator.post(f"/v1/{client.name}/priceBooks", book)
    async with desk.visitor(client.rest.host) as visitor:
        page = visitor.page
        await _come_in(visitor, client.email, client.password)
        await page.get_by_role("link", name="See the new prices").click()
        told = " ".join((await page.locator("table").inner_text()).split())
        assert "0.025" in told
        assert "0.03" in told
        await page.get_by_role("button", name="We have read this").click()
        await page.wait_for_load_state()
        await visitor.go("/")
        assert await page.get_by_role("link", name="See the new prices").count() == 0
    (notice,) = client.rest.get(f"/v1/{client.name}/priceNotices")["priceNotices"]
    assert notice["acknowledgeTime"]


async def test_a_client_sells_to_two_of_its_own(road: Road, desk: Desk) -> None:
    """Each sees what it talked at the price of its seller, whose name it bears; the seller is
    charged for both, and neither hears of the other or of the operator."""
    seller = road.a_client("America/Chicago", "Elm Telecom", tier="ENTERPRISE")
    names = ("Elder Dental", "Aspen Autos")
    bought = [road.a_client("America/Chicago", each, parent=seller.name) for each in names]
    road.prices(seller, date(2025, 1, 1), Prices(platform="0", minute="0.02"))
    for minutes, each in zip((100, 200), bought, strict=True):
        road.prices(each, date(2025, 1, 1), Prices(platform="0", minute="0.05"))
        road.talk(each, minutes * 60, date(2025, 10, 6))
    wanted = [6_000, 12_000]
    await eventually(lambda: [road.seconds_of(each, MONTH) for each in bought] == wanted, 60)
    said = []
    for each in (*bought, seller):
        async with desk.visitor(each.rest.host) as visitor:
            await _come_in(visitor, each.email, each.password)
            await visitor.go(f"/?month={MONTH}")
            said.append(await visitor.page.content())

    first, second, own = said
    assert "$5.00" in first
    assert "$10.00" in second
    assert "$6.00" in own
    assert ["Powered by Elm Telecom" in each for each in said] == [True, True, False]
    assert [each for each in ("Aspen", "Northgate") if each in first] == []
    assert [each for each in ("Elder", "Northgate") if each in second] == []
