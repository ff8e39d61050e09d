"""What the operator sees in its console, in a real browser."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio

from simulators.dialer.calls import Leg
from simulators.dialer.journal import Journals, line
from tests.support.browser import Desk, Visitor, desk_of
from tests.support.eventually import eventually
from tests.support.road import PER_PERIOD, Client, Prices, Road, as_json
from tests.support.road_suite import OPERATOR

pytestmark = pytest.mark.browser

HOST = "console.localhost"
COSTS = {"PLATFORM_LICENSE": "0", "MINUTES": "0.01", "DIDS": "1"}
FUTURE = timedelta(seconds=315)
"""Further ahead than any two clocks may be apart, which is five minutes."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A browser, and a client with some usage of last month."""

    road: Road
    desk: Desk
    client: Client
    display_name: str
    last_month: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(road: Road) -> AsyncIterator[Scene]:
    """A thousand minutes and two numbers."""
    display_name = f"Harbor Roofing {uuid.uuid4().hex[:6]}"
    client = road.a_client("America/Chicago", display_name)
    road.prices(client, date(2025, 1, 1), Prices())
    costs = [
        {"item": item, "unitCost": {"value": cost}, **_tariff(item)} for item, cost in COSTS.items()
    ]
    book = {"effectiveDate": as_json(date(2025, 1, 2)), "currencyCode": "USD", "costs": costs}
    road.operator.post("/v1/costBooks", book)
    first = (road.today(client.time_zone).replace(day=1) - timedelta(days=1)).replace(day=1)
    for number in range(2):
        did = {"phoneNumber": f"+1773555{number:04d}", "startDate": as_json(first)}
        road.operator.post(f"/v1/{client.name}/dids", did)
    road.talk(client, 60_000, first)
    month = f"{first:%Y-%m}"
    await eventually(lambda: road.seconds_of(client, month) == 60_000)
    await eventually(lambda: road.month_of(client, month)["didCount"] == "2")
    async with desk_of(road.suite) as desk:
        yield Scene(road, desk, client, display_name, month)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(scene: Scene) -> AsyncIterator[Visitor]:
    """One of the operator's people, logged in."""
    async with scene.desk.visitor(HOST) as operator:
        await operator.go("/")
        await operator.look("console-login")
        await operator.log_in(OPERATOR.email, OPERATOR.password)
        await operator.page.wait_for_url(f"{operator.url}/")
        yield operator


def _tariff(item: str) -> dict[str, object]:
    return {"durationTariff": PER_PERIOD} if item == "MINUTES" else {}


async def test_clients_with_what_they_bring(scene: Scene, operator: Visitor) -> None:
    """1,000 minutes at 0.025 and 0.01, two numbers at 3 and 1, and the platform."""
    await operator.go(f"/?month={scene.last_month}")

    row = operator.page.locator("tbody tr", has_text=scene.display_name)
    cells = await row.locator("td").all_inner_texts()

    await operator.look("console-clients")
    assert cells[:5] == ["active", "$531.00", "$12.00", "$519.00", "97.7\N{NO-BREAK SPACE}%"]
    cards = await operator.cards()
    assert list(cards) == ["Charge", "Cost", "Profit", "Margin"]


async def test_one_client_from_draft_to_invoice(scene: Scene, operator: Visitor) -> None:
    """By the buttons: a draft, its invoice with the next number, its file."""
    page = operator.page
    await operator.go("/")
    await page.get_by_role("link", name=scene.display_name).click()
    await page.get_by_label("Month").select_option(scene.last_month)
    await page.wait_for_url(f"**/clients/*?month={scene.last_month}")
    cards = await operator.cards()
    assert (cards["Charge"], cards["Margin"]) == (("$531.00",), ("97.7 %",))
    assert await page.locator("#chart canvas").count() == 1

    await page.get_by_label("Make a draft of").select_option(scene.last_month)
    await page.get_by_role("button", name="Create draft").click()
    await page.get_by_role("button", name="Issue").wait_for()
    await operator.look("console-client-draft")
    await page.get_by_role("button", name="Issue").click()
    await page.get_by_role("button", name="Issue").wait_for(state="detached")
    await operator.look("console-client")

    invoice = scene.road.operator.get(f"/v1/{scene.client.name}/invoices/{scene.last_month}")
    row = page.locator("#invoices tbody tr")
    assert invoice["number"] in await row.inner_text()
    assert "$531.00" in await row.inner_text()
    async with page.expect_download() as told:
        await row.get_by_role("link", name="PDF").click()
    assert (await (await told.value).path()).read_bytes().startswith(b"%PDF-")


async def test_what_cannot_be_done_is_told_beside_the_form(scene: Scene, operator: Visitor) -> None:
    """A month that has its invoice gets no second draft."""
    page = operator.page
    await operator.go(f"/clients/{scene.client.tenant_id}")
    await page.get_by_label("Make a draft of").select_option(scene.last_month)
    await page.get_by_role("button", name="Create draft").click()

    alert = page.get_by_role("alert")

    await alert.wait_for()
    await operator.look("console-refused")
    assert "invoice" in (await alert.inner_text()).lower()


async def test_legs_of_nobody_are_given_to_a_client(scene: Scene, operator: Visitor) -> None:
    """They wait with their minutes, and are charged once when they have an owner."""
    road, page = scene.road, operator.page
    code = f"z{uuid.uuid4().hex[:9]}"
    road.a_carrier("harbor-tel")
    for number in range(3):
        _write(road, code, datetime.now(UTC) - timedelta(minutes=20 + number), number)
    await eventually(lambda: _waiting(road, code) == 3)
    before = _calls(scene)

    await operator.go("/legs")
    row = page.locator("tbody tr", has=page.locator("th code", has_text=code))
    await operator.look("console-waiting")
    assert (await row.locator("td").first.inner_text()) == "3"
    await row.get_by_label("Client").select_option(scene.client.name)
    await row.get_by_label("Carrier").fill("harbor-tel")
    await row.get_by_role("button", name="Assign").click()
    await row.wait_for(state="detached")

    await eventually(lambda: _calls(scene) == before + 3)
    assert _waiting(road, code) == 0


async def test_a_line_that_was_put_aside_is_read_again(scene: Scene, operator: Visitor) -> None:
    """It says where it stands and why; before its time has come it stays where it is."""
    road, page, client = scene.road, operator.page, scene.client
    host = f"fast-{client.tenant_id}"
    _write(road, client.route_code, datetime.now(UTC) + FUTURE, 7, host)
    await eventually(lambda: _is_put_aside(road, host))
    before = _calls(scene)
    await operator.go("/legs")
    row = page.locator("#lines tbody tr", has_text=host)
    await operator.look("console-lines")
    assert "time impossible" in await row.inner_text()

    await row.get_by_role("button", name="Read again").click()
    await page.wait_for_url("**/legs#lines")
    assert "time impossible" in await row.inner_text()

    try:
        road.suite.move_clock(FUTURE.total_seconds())
        await page.get_by_role("row", name=host).get_by_role("button").click()
        await row.get_by_text("read after all").wait_for()
        await eventually(lambda: _calls(scene) == before + 1)
    finally:
        road.suite.move_clock(0)
    await operator.look("console-lines-after")
    assert await row.get_by_role("button").count() == 0


@pytest.mark.parametrize("path", ["/docs", "/nothing", "/clients/nobody-there", "/legs"])
async def test_every_page_is_in_order(operator: Visitor, path: str) -> None:
    """Whether it is there or not; what goes wrong in the browser fails when it is closed."""
    status = await operator.go(path)

    await operator.look(f"console{path.replace('/', '-')}")
    assert status == (404 if "no" in path else 200)


async def test_a_clients_person_is_nobody_here(scene: Scene) -> None:
    """Neither do its address and password open the console, nor has its portal such pages."""
    async with scene.desk.visitor(HOST) as visitor:
        await visitor.go("/")
        await visitor.log_in(scene.client.email, scene.client.password)
        assert "not right" in await visitor.page.get_by_role("alert").inner_text()
    async with scene.desk.visitor(scene.client.rest.host) as visitor:
        await visitor.go("/")
        await visitor.log_in(scene.client.email, scene.client.password)
        await visitor.page.wait_for_url(f"{visitor.url}/")
        assert [await visitor.go(path) for path in ("/legs", "/clients/x")] == [404, 404]


def _write(road: Road, code: str, end: datetime, number: int, host: str = "") -> None:
    """Writes a leg of ten seconds that ends at an instant."""
    end_ms = int(end.timestamp() * 1000)
    start_ms = end_ms - 12_000
    uniqueid = f"{start_ms // 1000}.{number}"
    leg = Leg(
        direction="o",
        uniqueid=uniqueid,
        linkedid=uniqueid,
        caller="",
        code="",
        dialled="17735550123",
        caller_id="17735550100",
        start_ms=start_ms,
        answer_ms=start_ms + 2000,
        end_ms=end_ms,
        cause=16,
    )
    written_ms = int(datetime.now(UTC).timestamp() * 1000)
    journals = Journals(road.suite.dialer.journals)
    journals.append(host or f"stray-{code}", line(code, leg), written_ms)


def _waiting(road: Road, code: str) -> int:
    told = road.operator.get("/v1/unassignedLegs:summarize")["routeSummaries"]
    return sum(int(each["legCount"]) for each in told if each["routeCode"] == code)


def _is_put_aside(road: Road, host: str) -> bool:
    lines = road.operator.get("/v1/quarantinedLines")["quarantinedLines"]
    return any(each["host"] == host for each in lines)


def _calls(scene: Scene) -> int:
    """Counts the client's calls of this month and the last one."""
    today = scene.road.today(scene.client.time_zone)
    months = {scene.last_month, f"{today:%Y-%m}"}
    return sum(int(scene.road.month_of(scene.client, month)["callCount"]) for month in months)
