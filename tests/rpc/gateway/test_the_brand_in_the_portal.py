"""A client's own people change how its portal looks."""

from __future__ import annotations

import re

import pytest

from tests.support.gateway.running import Browser, Running

PAGE = "/company/brand"
BRAND = {"tagline": "Sun & <more>", "primary_color": "#0F766E"}


def _updates(gateway: Running) -> list[str]:
    return [asked for asked in gateway.world.asked if asked.startswith("UpdateProfile")]


async def test_what_is_kept_is_on_every_page(gateway: Running, visitor: Browser) -> None:
    """All but the name and the line beneath, which are the provider's."""
    others = {"display_name": "Some Bank", "powered_by": "Us"}
    answer = await visitor.submit(PAGE, PAGE, **BRAND, email="help@abc.example", **others)
    gateway.clock.advance(seconds=11)
    page = (await visitor.get(answer.headers["location"])).text

    names = ("tagline", "primary_color", "support")
    named = ",".join(f"brand.{each}" for each in names)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?kept=1")
    assert _updates(gateway) == [f"UpdateProfile tenants/abc-solar/profile {named}"]
    assert "Kept." in page
    assert 'value="Sun &amp; &lt;more&gt;"' in page
    assert "Some Bank" not in page
    assert 'href="mailto:help@abc.example"' in page
    assert 'name="powered_by"' not in page
    assert 'name="display_name"' not in page


async def test_a_color_that_cannot_be_read_on_is_told_beside_its_field(
    gateway: Running, visitor: Browser
) -> None:
    """What was typed is kept on the page, and nowhere else."""
    answer = await visitor.submit(PAGE, PAGE, **{**BRAND, "primary_color": "#777777"})

    assert answer.status_code == 400
    assert 'aria-describedby="primary_color-wrong"' in answer.text
    assert 'value="Sun &amp; &lt;more&gt;"' in answer.text
    assert _updates(gateway) == []


@pytest.mark.parametrize("field", ["logo", "favicon"])
async def test_a_picture_is_sent_shown_and_removed(
    gateway: Running, visitor: Browser, field: str
) -> None:
    """Larger than any other form."""
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', (await visitor.get(PAGE)).text)
    assert found is not None
    picture = bytes(900_000)
    sent = await visitor.send(
        "POST",
        f"{PAGE}/{field}",
        data={"form_token": found[1], "etag": '"1"'},
        files={"file": ("picture.png", picture, "image/png")},
    )
    shown = await visitor.get(f"{PAGE}/{field}")
    removed = await visitor.submit(PAGE, f"{PAGE}/{field}/remove")

    assert (sent.status_code, removed.status_code) == (303, 303)
    assert shown.content == picture
    assert len(_updates(gateway)) == 2
    assert (await visitor.get(f"{PAGE}/{field}")).status_code == 404


async def test_who_may_only_look_sees_it_and_changes_nothing(
    gateway: Running, visitor: Browser
) -> None:
    """Nor is anything offered."""
    gateway.world.permissions -= {"profile.write"}
    gateway.clock.advance(minutes=1)

    page = await visitor.get(PAGE)
    refused = await visitor.submit("/team", PAGE, **BRAND)

    assert page.status_code == 200
    assert "Keep</button>" not in page.text
    assert refused.status_code == 403
    assert _updates(gateway) == []
