"""What a client sees at its own host name, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.support.browser import Desk, Visitor, desk_of
from tests.support.eventually import eventually
from tests.support.road import Client, Prices, Road, as_json

pytestmark = pytest.mark.browser

SECONDS = 2_713_741
"""golden.yaml, client_minutes_formula: 45,230 minutes."""
MORE_LEGS = 6
"""Of ten seconds each: they fill the last minute and begin another."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A browser, and the client of golden.yaml's portal_dashboard."""

    road: Road
    desk: Desk
    client: Client
    today: date

    @property
    def host(self) -> str:
        """Where the client's portal is."""
        return self.client.rest.host

    @property
    def invoiced(self) -> str:
        """The month before this one."""
        return f"{self.today.replace(day=1) - timedelta(days=1):%Y-%m}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(road: Road) -> AsyncIterator[Scene]:
    """A month to date made of legs and numbers, and one month that is invoiced."""
    zone = _zone_past_the_first_noon()
    client = road.a_client(zone, "Meridian HVAC")
    road.prices(client, date(2025, 1, 1), Prices(did="1"))
    today = road.today(zone)
    first = today.replace(day=1)
    for number in range(10):
        did = {"phoneNumber": f"+1312555{number:04d}", "startDate": as_json(first)}
        road.operator.post(f"/v1/{client.name}/dids", did)
    days = [first + timedelta(days=number) for number in range(today.day - 1)] or [first]
    for number, day in enumerate(days):
        road.talk(client, SECONDS // len(days) + (number < SECONDS % len(days)), day)
    month = f"{today:%Y-%m}"
    await eventually(lambda: road.seconds_of(client, month) == SECONDS, deadline_seconds=30)
    await eventually(lambda: road.month_of(client, month)["didCount"] == "10")
    async with desk_of(road.suite) as desk:
        scene = Scene(road, desk, client, today)
        drafts = f"/v1/{client.name}/draftInvoices"
        road.operator.post(drafts, {}, draftInvoiceId=scene.invoiced)
        road.operator.post(f"{drafts}/{scene.invoiced}:issue")
        yield scene


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visitor(scene: Scene) -> AsyncIterator[Visitor]:
    """Somebody of the client's, logged in."""
    async with scene.desk.visitor(scene.host) as visitor:
        await visitor.go("/")
        await visitor.log_in(scene.client.email, scene.client.password)
        await visitor.page.wait_for_url(f"{visitor.url}/")
        yield visitor


def _zone_past_the_first_noon() -> str:
    """A zone where at least the noon of the month's first day has passed."""
    chicago = "America/Chicago"
    return chicago if datetime.now(ZoneInfo(chicago)).day > 1 else "Pacific/Kiritimati"


async def test_the_dashboard_is_exact(visitor: Visitor) -> None:
    """golden.yaml, portal_dashboard."""
    await visitor.go("/")

    cards = await visitor.cards()

    await visitor.look("dashboard")
    assert cards["Minutes"] == ("45,230 minutes", "@ $0.025/min", "$1,130.75")
    assert cards["Phone numbers"] == ("10 active", "@ $1.00 each", "$10.00")
    assert cards["Platform fee"] == ("$500.00", "monthly")
    assert cards["Total"] == ("$1,640.75", "not final yet")


async def test_the_chart_has_a_table_of_its_days(scene: Scene, visitor: Visitor) -> None:
    """Bars in the brand's colour; the same figures in words, for who cannot see them."""
    await visitor.go("/")
    canvas = visitor.page.locator("#chart canvas")
    await canvas.wait_for()

    bars = await canvas.evaluate(
        """canvas => { const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width,
          canvas.height); let count = 0; for (let i = 0; i < data.length; i += 4)
          count += data[i] === 180 && data[i + 1] === 83 && data[i + 2] === 9; return count; }"""
    )
    await visitor.page.get_by_text("Figures by day").click()
    rows = await visitor.texts("details.days tbody tr")

    await visitor.look("dashboard-days")
    assert bars > 500
    assert len(rows) == scene.today.day


async def test_the_figures_move_when_legs_end(scene: Scene, visitor: Visitor) -> None:
    """Within seconds, without loading the page again."""
    await visitor.go("/")
    await visitor.page.get_by_text("Figures by day").click()
    await visitor.page.evaluate("window.stayed = true")

    for _ in range(MORE_LEGS):
        scene.road.end_leg_now(scene.client)

    async def moved() -> bool:
        return (await visitor.cards())["Minutes"][0] == "45,231 minutes"

    await eventually(moved, what="the dashboard")
    assert (await visitor.cards())["Total"][0] == "$1,640.78"
    # The days are still unfolded, and tell the same as the sum.
    by_day = await visitor.texts("details.days tbody tr td:nth-child(2)")
    month = scene.road.month_of(scene.client, f"{scene.today:%Y-%m}")
    assert sum(map(int, by_day)) == int(month["callCount"])
    assert await visitor.page.evaluate("window.stayed")


async def test_calls_are_filtered_and_paged(scene: Scene, visitor: Visitor) -> None:
    """Latest first; a filter stays while one pages."""
    page = visitor.page
    await visitor.go("/calls")
    await visitor.look("calls")
    latest = await visitor.texts("tbody tr")
    await page.get_by_role("link", name="Older calls").click()
    await page.wait_for_url("**/calls?page=*")
    older = await visitor.texts("tbody tr")
    assert (len(latest), len(older)) == (50, 50)
    assert latest != older

    first = scene.today.replace(day=1)
    await page.get_by_label("From").fill(first.isoformat())
    await page.get_by_label("To").fill(first.isoformat())
    await page.get_by_label("Answered only").check()
    await page.get_by_role("button", name="Show").click()
    await page.wait_for_url("**/calls?from=*")
    shown = await visitor.texts("tbody tr td:first-child")
    assert all(f"{first:%b} 1" in text or first.isoformat() in text for text in shown), shown
    assert await page.get_by_label("Answered only").is_checked()
    assert await page.get_by_label("To").input_value() == first.isoformat()


async def test_a_day_that_is_none_is_told(visitor: Visitor) -> None:
    """In words, on a page of the brand's."""
    assert await visitor.go("/calls?from=yesterday") == 400
    await visitor.look("bad-day")

    assert "Must be a day such as 2026-11-01." in await visitor.page.inner_text("main")


async def test_an_invoice_is_read_and_kept(scene: Scene, visitor: Visitor) -> None:
    """From the list to the page, from the page to the file."""
    page = visitor.page
    await visitor.go("/invoices")
    await visitor.look("invoices")
    await page.locator("tbody th a").first.click()
    await page.wait_for_url(f"**/invoices/{scene.invoiced}")
    await visitor.look("invoice")
    assert "Northgate Voice" in await page.inner_text("main")
    assert (await visitor.texts("tfoot td")) == ["$500.00"]

    async with page.expect_download() as told:
        await page.get_by_role("link", name="Download PDF").click()
    download = await told.value

    assert download.suggested_filename == f"invoice-{scene.invoiced}.pdf"
    assert (await download.path()).read_bytes().startswith(b"%PDF-")


async def test_a_key_is_shown_once_and_revoked(scene: Scene, visitor: Visitor) -> None:
    """A program can use it at once, and no more afterwards."""
    page, rest = visitor.page, scene.client.rest
    await visitor.go("/api")
    await page.get_by_label("What is it for?").fill("Lead import")
    await page.get_by_role("button", name="Create key").click()
    secret = await page.locator("[role=status] code").inner_text()
    await visitor.look("api")
    calls = f"/v1/{scene.client.name}/calls?pageSize=1"
    assert rest.with_key(secret).send("GET", calls).status_code == 200

    await visitor.go("/api")
    assert secret not in await page.content()
    row = page.get_by_role("row", name="Lead import")
    await row.get_by_text("Replace or revoke").click()
    await row.get_by_role("button", name="Revoke for good").click()
    await page.get_by_role("row", name="Lead import").get_by_text("Revoked").wait_for()


@pytest.mark.parametrize("path", ["/docs", "/nothing", "/?month=2025-10", "/invoices/2001-01"])
async def test_every_other_page_is_in_order_too(visitor: Visitor, path: str) -> None:
    """Whether it is there or not; what goes wrong in the browser fails when it is closed."""
    status = await visitor.go(path)

    await visitor.look(path.strip("/?").replace("/", "-"))
    assert status == (404 if path in ("/nothing", "/invoices/2001-01") else 200)
    assert "Meridian HVAC Dialer" in await visitor.page.title()


async def test_it_works_without_scripts(scene: Scene) -> None:
    """Figures, days, another month, log-out."""
    async with scene.desk.visitor(scene.host, java_script_enabled=False) as visitor:
        page = visitor.page
        await visitor.go("/")
        await visitor.log_in(scene.client.email, scene.client.password)
        await page.wait_for_url(f"{visitor.url}/")
        assert (await visitor.cards())["Platform fee"] == ("$500.00", "monthly")
        await page.get_by_text("Figures by day").click()
        await visitor.look("without-scripts")
        assert await page.locator("details.days tbody tr").first.is_visible()

        await page.get_by_label("Month").select_option(scene.invoiced)
        await page.get_by_role("button", name="Show").click()
        await page.wait_for_url(f"**/?month={scene.invoiced}")
        assert (await visitor.cards())["Total"] == ("$500.00", "final")


async def test_it_fits_a_telephone(scene: Scene) -> None:
    """Nothing sticks out sideways."""
    small = {"width": 390, "height": 844}
    async with scene.desk.visitor(scene.host, viewport=small) as visitor:
        await visitor.go("/")
        await visitor.log_in(scene.client.email, scene.client.password)
        await visitor.page.wait_for_url(f"{visitor.url}/")
        for path in ("/", "/calls", "/invoices", f"/invoices/{scene.invoiced}", "/api", "/docs"):
            await visitor.go(path)
            await visitor.look(f"small{path.replace('/', '-')}")
            sideways = "document.documentElement.scrollWidth - innerWidth"
            assert await visitor.page.evaluate(sideways) <= 0, path
        await visitor.go(f"/invoices/{scene.invoiced}")
        cut_off = "lines => lines.parentElement.scrollWidth - lines.parentElement.clientWidth"
        assert await visitor.page.locator("table.lines").evaluate(cut_off) <= 0
