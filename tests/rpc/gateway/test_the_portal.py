"""The client's pages show what the client's API says."""

from __future__ import annotations

import re

import pytest

from services.kit.errors import Unavailable
from tests.support.gateway.billing_peer import PDF, PriceMissing
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.world import LOGO


async def test_the_dashboard_is_the_one_of_the_sketch(visitor: Browser) -> None:
    """Minutes at their rate, numbers, platform fee, total, to the cent."""
    text = text_of((await visitor.get("/")).text)

    assert "Usage this month" in text
    assert "Minutes 45,230 minutes @ $0.025/min $1,130.75" in text
    assert "Phone numbers 10 active @ $1.00 each $10.00" in text
    assert "Platform fee $500.00" in text
    assert "Total $1,640.75 not final yet" in text


async def test_figures_say_as_of_when_they_are(visitor: Browser) -> None:
    """In the client's own zone."""
    text = text_of((await visitor.get("/")).text)

    assert re.search(r"As of Oct \d+, 2025, \d+:\d\d:\d\d [AP]M", text)


async def test_the_script_gets_the_figures_alone(visitor: Browser) -> None:
    """What it replaces, not a page within the page."""
    fragment = (await visitor.get("/", hx_request="true")).text

    assert "$1,640.75" in fragment
    assert "<html" not in fragment


async def test_a_failed_refresh_leaves_the_page_as_it_is(
    gateway: Running, visitor: Browser
) -> None:
    """Better a figure of a moment ago than none."""
    gateway.world.failures["GetStatement"] = Unavailable()

    assert (await visitor.get("/", hx_request="true")).status_code == 204


async def test_a_refresh_without_a_session_goes_to_the_log_in(sunny: Browser) -> None:
    """The whole page, not a part of it."""
    answer = await sunny.get("/", hx_request="true")

    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/login")


async def test_the_days_stand_in_a_table_too(visitor: Browser) -> None:
    """For those who cannot see the chart."""
    page = (await visitor.get("/")).text

    assert '<th scope="row">Oct 1, 2025</th>' in page
    assert 'data-points="{&#34;days&#34;:[1,2,' in page


async def test_usage_without_a_price_is_shown_without_amounts(
    gateway: Running, visitor: Browser
) -> None:
    """And says so; never a default price."""
    gateway.world.failures["GetStatement"] = PriceMissing("No price.")

    text = text_of((await visitor.get("/")).text)

    assert "45,230" in text
    assert "$" not in text
    assert "has no price yet" in text


async def test_another_month_can_be_chosen(gateway: Running, visitor: Browser) -> None:
    """By a form that works without scripts."""
    page = (await visitor.get("/?month=2025-09")).text

    assert "Usage in September 2025" in page


@pytest.mark.parametrize(
    "path", ["/?month=2025-13", "/?month=x", "/calls?from=2025-02-30", "/calls?page=x"]
)
async def test_what_makes_no_sense_is_a_friendly_400(visitor: Browser, path: str) -> None:
    """Not a page of everything."""
    answer = await visitor.get(path)

    assert answer.status_code == 400
    assert "That cannot be done" in answer.text


async def test_calls_are_listed_with_a_way_on(visitor: Browser) -> None:
    """By a link that keeps the filter."""
    first = (await visitor.get("/calls?answered=1")).text
    link = re.search(r'href="(/calls\?[^"]+page=[^"]+)"', first)

    assert link is not None
    assert "answered=1" in link.group(1)
    assert "+1 212 555 0120" in (await visitor.get(link.group(1).replace("&amp;", "&"))).text


async def test_an_invoice_has_its_lines_and_its_file(visitor: Browser) -> None:
    """The file is the service's, byte for byte."""
    text = text_of((await visitor.get("/invoices/2025-09")).text)
    file = await visitor.get("/invoices/2025-09/pdf")

    assert "Invoice 2025-000017" in text
    assert "Minutes 45,230 minutes $0.025 $1,130.75" in text
    assert file.content == PDF
    assert file.headers["content-disposition"] == 'attachment; filename="invoice-2025-09.pdf"'


@pytest.mark.parametrize("path", ["/invoices/2024-01", "/invoices/.x", "/nothing", "/clients/x"])
async def test_what_is_missing_is_a_friendly_404(visitor: Browser, path: str) -> None:
    """In the brand's own look."""
    answer = await visitor.get(path)

    assert answer.status_code == 404
    assert "ABC Solar Dialer" in answer.text


async def test_a_key_is_made_and_shown_once(gateway: Running, visitor: Browser) -> None:
    """On the answer to the form, not at an address that could be opened again."""
    made = await visitor.submit("/api", "/api/keys", display_name="Reports")
    later = await visitor.get("/api")

    assert "CreateApiKey Reports" in gateway.world.asked
    assert "dk_77_shown-once" in made.text
    assert "dk_77_shown-once" not in later.text


async def test_a_key_is_made_with_an_end_networks_and_what_it_may(
    gateway: Running, visitor: Browser
) -> None:
    """Its last day ends at midnight in the tenant's zone."""
    await visitor.submit(
        "/api",
        "/api/keys",
        display_name="Reports",
        last_day="2025-12-31",
        networks="203.0.113.0/24\r\n2001:db8::1",
        scope="some",
        permission="calls.read",
    )

    key = gateway.world.api_key
    assert key.expire_time.ToJsonString() == "2026-01-01T05:00:00Z"
    assert list(key.allowed_networks) == ["203.0.113.0/24", "2001:db8::1"]
    assert list(key.permissions) == ["calls.read"]


async def test_what_was_typed_of_a_key_is_kept_when_it_is_refused(visitor: Browser) -> None:
    """With what to do about it; nothing chosen is not everything."""
    typed = {"display_name": "Reports", "networks": "203.0.113.9", "scope": "some"}
    answer = await visitor.submit("/api", "/api/keys", **typed)

    assert answer.status_code == 400
    assert "Choose at least one." in answer.text
    assert 'value="Reports"' in answer.text
    assert "203.0.113.9</textarea>" in answer.text


async def test_a_key_that_may_read_only_is_given_what_ends_in_read(
    gateway: Running, visitor: Browser
) -> None:
    """Of what the maker may."""
    await visitor.submit("/api", "/api/keys", display_name="Reports", scope="read")

    permissions = set(gateway.world.api_key.permissions)
    assert "calls.read" in permissions
    assert {each.rpartition(".")[2] for each in permissions} == {"read"}


async def test_a_key_is_replaced_and_shown_once(gateway: Running, visitor: Browser) -> None:
    """The old one goes on for as long as was chosen."""
    made = await visitor.submit("/api", "/api/keys/k1/rotate", overlap="168")

    assert "dk_88_shown-once" in made.text
    assert "RotateApiKey tenants/abc-solar/apiKeys/k1 604800" in gateway.world.asked
    assert "dk_88" not in (await visitor.get("/api")).text
    odd = await visitor.submit("/api", "/api/keys/k1/rotate", overlap="9999")
    assert odd.status_code == 400


async def test_keys_tell_their_scope_networks_and_use(visitor: Browser) -> None:
    """And which of them are over."""
    text = (await visitor.get("/api")).text

    for told in ("leads.read, leads.write", "203.0.113.0/24", "Over since", "2 things"):
        assert told in text


async def test_a_key_is_revoked(gateway: Running, visitor: Browser) -> None:
    """By a form, not by a link."""
    await visitor.submit("/api", "/api/keys/k1/revoke")

    assert "RevokeApiKey tenants/abc-solar/apiKeys/k1" in gateway.world.asked


async def test_pages_wear_the_brand(gateway: Running, sunny: Browser) -> None:
    """Each host name its own."""
    other = gateway.at(gateway.world.parties["meridian"])

    assert "--brand:#d97706;" in (await sunny.get("/brand.css")).text
    assert "--brand:#1d4ed8;" in (await other.get("/brand.css")).text
    assert "Powered by Northgate Voice" in (await sunny.get("/login")).text
    assert "Meridian HVAC" in (await other.get("/login")).text


async def test_a_logo_can_do_nothing_but_be_looked_at(gateway: Running, sunny: Browser) -> None:
    """It is a client's own file; opened by itself it is in a sandbox."""
    logo = await sunny.get("/brand/logo")
    none = await gateway.at(gateway.world.parties["meridian"]).get("/brand/logo")

    assert logo.content == LOGO
    assert logo.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in logo.headers["content-security-policy"]
    assert none.status_code == 404


async def test_nothing_runs_on_a_page_but_files_of_ours(visitor: Browser) -> None:
    """The policy says so, and no page needs more."""
    answer = await visitor.get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", answer.text) == []


async def test_files_are_kept_under_names_that_change_with_them(sunny: Browser) -> None:
    """For a year; pages never."""
    page = await sunny.get("/login")
    path = re.search(r'href="(/static/[0-9a-f]+/portal.css)"', page.text)
    assert path is not None
    file = await sunny.get(path.group(1))

    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in file.headers["cache-control"]
    assert file.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["..%2fsettings.py", ".lock", "none.js"])
async def test_no_other_file_is_handed_out(sunny: Browser, name: str) -> None:
    """Only what was read at the start."""
    assert (await sunny.get(f"/static/x/{name}")).status_code == 404


async def test_text_from_outside_is_never_markup(gateway: Running, sunny: Browser) -> None:
    """A brand is text, too."""
    party = gateway.world.parties["meridian"]
    before, party.display_name = party.display_name, '<img src=x onerror="x">'
    page = (await gateway.at(party).get("/login")).text
    party.display_name = before

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


async def test_an_unknown_host_gets_nobodys_look(gateway: Running) -> None:
    """And no hint of whose machine this is."""
    answer = await Browser(gateway.clients, "stranger.dialer.example").get("/login")

    assert (answer.status_code, answer.text) == (404, "There is nothing at this address.\n")
