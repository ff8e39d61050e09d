"""A client makes campaigns, changes them, and lets them run; and sees what goes on."""

from __future__ import annotations

import pytest

from tests.support.gateway.numbers_peer import GIVEN_BACK, NUMBER
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from veneer.telephony.v1.campaign_service_pb2 import Campaign

PAGE = "/campaigns"
SETTINGS = {
    "display_name": "Spring roofs",
    "dial_method": "2",
    "dial_level": "1.5",
    "caller_number": NUMBER,
    "calling_hours": "2",
    "recording_mode": "3",
}
REQUEST_ID = "7d1c0a52-5a4f-4a57-9d3a-0f6b7f7f0a11"


async def _make(visitor: Browser, **changes: str) -> str:
    form = {**SETTINGS, "request_id": REQUEST_ID, **changes}
    answer = await visitor.submit(f"{PAGE}/_new", PAGE, **form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_campaign_is_made_and_waits(gateway: Running, visitor: Browser) -> None:
    """With what was chosen; it is paused."""
    page = await _make(visitor)

    (made,) = gateway.world.campaigns.values()
    text = text_of((await visitor.get(PAGE)).text)

    assert page == f"{PAGE}/spring-roofs-7d1c"
    assert (made.dial_method, made.dial_level.value) == (Campaign.RATIO, "1.5")
    assert (made.calling_hours, made.recording_mode) == (Campaign.NINE_TO_FIVE, Campaign.ALL_CALLS)
    assert "Spring roofs paused" in text
    assert "Fixed ratio 1.5 for each agent +1 312 555 0111" in text


async def test_only_numbers_that_are_held_are_offered(visitor: Browser) -> None:
    """One that was given back is somebody else's soon."""
    page = (await visitor.get(f"{PAGE}/_new")).text

    assert NUMBER in page
    assert GIVEN_BACK not in page


@pytest.mark.parametrize(
    ("level", "told"),
    [("lots", "Must be a number such as 1,250.50."), ("11", "Must be 1 to 10 in tenths.")],
)
async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    visitor: Browser, level: str, told: str
) -> None:
    """Whether it is no number at all or one that telephony refuses."""
    form = {**SETTINGS, "dial_level": level, "request_id": REQUEST_ID}

    answer = await visitor.submit(f"{PAGE}/_new", PAGE, **form)

    assert answer.status_code == 400
    assert f"Dial level: {told}" in answer.text
    assert f'value="{level}"' in answer.text
    assert 'value="Spring roofs"' in answer.text


async def test_a_campaign_is_resumed_and_paused(gateway: Running, visitor: Browser) -> None:
    """By one press each."""
    page = await _make(visitor)
    (made,) = gateway.world.campaigns.values()

    await visitor.submit(PAGE, f"{page}/resume")
    resumed = made.state
    await visitor.submit(PAGE, f"{page}/pause")

    assert (resumed, made.state) == (Campaign.ACTIVE, Campaign.PAUSED)


async def test_one_without_a_number_says_why_it_is_not_dialed(visitor: Browser) -> None:
    """Where the button was pressed."""
    page = await _make(visitor, caller_number="")

    answer = await visitor.submit(PAGE, f"{page}/resume")

    assert answer.status_code == 400
    assert "A campaign must show a number before it is dialed." in answer.text


async def test_a_change_of_somebody_else_is_not_overwritten(
    gateway: Running, visitor: Browser
) -> None:
    """Two have the form open; the second is told, and keeps what was typed."""
    page = await _make(visitor)
    etag = {"etag": '"1"', "request_id": REQUEST_ID}
    first = await visitor.submit(page, page, **{**SETTINGS, **etag, "dial_level": "2"})

    second = await visitor.submit(page, page, **{**SETTINGS, **etag, "dial_level": "3"})

    (made,) = gateway.world.campaigns.values()
    assert (first.status_code, second.status_code) == (303, 409)
    assert "The campaign has been changed meanwhile." in second.text
    assert 'value="3"' in second.text
    assert made.dial_level.value == "2"


async def test_who_may_only_look_cannot_change(gateway: Running, sunny: Browser) -> None:
    """The form is shut, and there are no buttons."""
    gateway.world.permissions -= {"campaigns.write"}
    gateway.world.campaigns["tenants/abc-solar/campaigns/spring"] = Campaign(
        name="tenants/abc-solar/campaigns/spring", display_name="Spring roofs"
    )
    await sunny.log_in()
    listed, one = (await sunny.get(PAGE)).text, (await sunny.get(f"{PAGE}/spring")).text

    assert "Spring roofs" in listed
    assert "Resume" not in listed
    assert "<fieldset disabled>" in one


async def test_a_campaign_that_is_not_is_not_found(visitor: Browser) -> None:
    """Nor is what is no id."""
    for path in (f"{PAGE}/autumn", f"{PAGE}/A.B", f"{PAGE}/_other"):
        assert (await visitor.get(path)).status_code == 404


async def test_the_moment_is_shown_and_refreshed(gateway: Running, visitor: Browser) -> None:
    """Who talks first, who is at home not at all; a refresh is the figures alone."""
    gateway.world.campaigns["tenants/abc-solar/campaigns/spring"] = Campaign(
        name="tenants/abc-solar/campaigns/spring", display_name="Spring roofs"
    )

    page, part = await visitor.get("/live"), await visitor.get("/live", **{"hx-request": "true"})

    text = text_of(page.text)
    assert text.index("Terry Talking On a call") < text.index("Pat Pausing Paused")
    assert "Alex Absent" not in text
    assert "Callers waiting 1" in text
    assert "+1 212 555 0101 With an agent Outbound Spring roofs" in text
    assert 'hx-trigger="every 3s"' in page.text
    assert "<html" not in part.text
    assert "Terry Talking" in part.text
