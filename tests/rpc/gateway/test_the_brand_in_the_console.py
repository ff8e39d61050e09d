"""The operator changes how a client's portal looks."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.support.gateway.running import Browser, Running

PAGE = "/clients/abc-solar/brand"
BRAND = {"display_name": "ABC <Solar>", "tagline": "Sun & more", "primary_color": "#0F766E"}


def _updates(gateway: Running) -> list[str]:
    return [asked for asked in gateway.world.asked if asked.startswith("UpdateTenant")]


async def test_what_is_kept_is_on_the_page(gateway: Running, operator: Browser) -> None:
    """Nothing but the names and the colour is changed: a logo stays."""
    answer = await operator.submit(PAGE, PAGE, **BRAND)
    page = (await operator.get(answer.headers["location"])).text

    names = ("display_name", "powered_by", "tagline", "primary_color", "support")
    named = ",".join(f"brand.{each}" for each in names)
    assert answer.status_code == 303
    assert _updates(gateway) == [f"UpdateTenant tenants/abc-solar {named}"]
    assert "Kept." in page
    assert 'value="ABC &lt;Solar&gt;"' in page
    assert 'fill="#0f766e"' in page


async def test_where_help_is_found_is_at_the_end_of_the_clients_pages(
    gateway: Running, operator: Browser, visitor: Browser
) -> None:
    """And the line beneath says what the operator wants, or nothing."""
    usual = (await visitor.get("/team")).text
    help_is = {
        "email": "help@abc.example",
        "phone": "+1 312 555 0100",
        "url": "https://abc.example",
    }
    await operator.submit(PAGE, PAGE, **BRAND, **help_is, powered_by="Dialing by ABC")
    gateway.clock.advance(seconds=11)
    own = (await visitor.get("/team")).text
    await operator.submit(PAGE, PAGE, **BRAND, no_powered_by="1")
    gateway.clock.advance(seconds=11)
    none = (await visitor.get("/team")).text

    assert "Powered by Northgate Voice" in usual
    assert 'href="mailto:help@abc.example"' in own
    assert 'href="tel:+13125550100"' in own
    assert 'href="https://abc.example"' in own
    assert "Dialing by ABC" in own
    assert not re.search("Dialing by|Powered by Northgate Voice|Help:", none)


async def test_a_preview_changes_nothing(gateway: Running, operator: Browser) -> None:
    """It shows what was typed, by day and by night."""
    answer = await operator.submit(PAGE, PAGE, **BRAND, do="preview")

    assert answer.status_code == 200
    assert "Preview, not kept yet" in answer.text
    assert 'fill="#0f766e"' in answer.text
    assert _updates(gateway) == []


@pytest.mark.parametrize(
    ("color", "told"),
    [
        ("#777777", "The nearest that passes is #76"),
        ("green", "Type # and six digits or letters a to f."),
        ('"><b>', "Type # and six digits or letters a to f."),
    ],
)
async def test_a_color_that_cannot_be_is_told_beside_its_field(
    gateway: Running, operator: Browser, color: str, told: str
) -> None:
    """What was typed is kept, and never gets into the page as it is."""
    answer = await operator.submit(PAGE, PAGE, **{**BRAND, "primary_color": color})

    assert answer.status_code == 400
    assert told in answer.text
    assert 'aria-describedby="primary_color-wrong"' in answer.text
    assert 'value="Sun &amp; more"' in answer.text
    assert "<b>" not in answer.text
    assert _updates(gateway) == []


async def _send(operator: Browser, body: bytes) -> httpx.Response:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', (await operator.get(PAGE)).text)
    assert found is not None
    return await operator.send(
        "POST",
        f"{PAGE}/logo",
        data={"form_token": found[1]},
        files={"file": ("logo.png", body, "image/png")},
    )


async def test_a_logo_is_sent_shown_and_removed(gateway: Running, operator: Browser) -> None:
    """Larger than any other form; nothing else of the brand is named."""
    picture = bytes(900_000)

    answer = await _send(operator, picture)
    shown = await operator.get(f"{PAGE}/logo")
    removed = await operator.submit(PAGE, f"{PAGE}/logo/remove")

    update = "UpdateTenant tenants/abc-solar brand.logo,brand.logo_media_type"
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?kept=1")
    assert shown.content == picture
    assert "sandbox" in shown.headers["content-security-policy"]
    assert removed.status_code == 303
    assert _updates(gateway) == [update, update]
    assert (await operator.get(f"{PAGE}/logo")).status_code == 404


@pytest.mark.parametrize(
    ("body", "told"), [(bytes(1024 * 1024 + 1), "at most 1 MiB"), (b"", "is empty")]
)
async def test_a_logo_that_cannot_be_is_told_beside_its_field(
    gateway: Running, operator: Browser, body: bytes, told: str
) -> None:
    answer = await _send(operator, body)

    assert answer.status_code == 400
    assert told in answer.text
    assert 'aria-describedby="logo-wrong"' in answer.text
    assert _updates(gateway) == []


async def test_an_icon_is_sent_and_the_clients_pages_show_it(
    gateway: Running, operator: Browser, visitor: Browser
) -> None:
    """Without one the initials of its name, on its colour."""
    before = await visitor.get("/brand/icon")
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', (await operator.get(PAGE)).text)
    assert found is not None
    sent = await operator.send(
        "POST",
        f"{PAGE}/favicon",
        data={"form_token": found[1], "etag": "1"},
        files={"file": ("icon.png", b"a picture", "image/png")},
    )
    gateway.clock.advance(seconds=11)
    after = await visitor.get("/brand/icon")

    assert (before.headers["content-type"], ">AS<" in before.text) == ("image/svg+xml", True)
    assert sent.status_code == 303
    assert _updates(gateway) == ["UpdateTenant tenants/abc-solar brand.favicon"]
    assert (after.headers["content-type"], after.content) == ("image/png", b"a picture")


async def test_there_is_no_other_picture(operator: Browser) -> None:
    """Whatever the address says."""
    assert (await operator.get(f"{PAGE}/secret")).status_code == 404
