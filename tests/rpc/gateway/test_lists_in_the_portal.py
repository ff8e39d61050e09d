"""A client sees its lists and what became of the files sent to them, and makes new ones."""

from __future__ import annotations

import pytest

from services.kit.errors import AlreadyExists
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from veneer.telephony.v1.campaign_service_pb2 import Campaign

CAMPAIGN = "tenants/abc-solar/campaigns/spring"
REQUEST_ID = "7d1c0a52-5a4f-4a57-9d3a-0f6b7f7f0a11"
FORM = {
    "display_name": "Leads of June",
    "campaign": CAMPAIGN,
    "is_dialed": "1",
    "request_id": REQUEST_ID,
}
CREATE = f"CreateLeadList Leads of June {CAMPAIGN}"


@pytest.fixture(autouse=True)
def campaign(gateway: Running) -> None:
    """A list needs a campaign."""
    gateway.world.campaigns[CAMPAIGN] = Campaign(name=CAMPAIGN, display_name="Spring roofs")


async def test_lists_are_shown_with_their_campaigns(visitor: Browser) -> None:
    """By the names that people call them."""
    assert "Leads of May dialed Spring roofs" in text_of((await visitor.get("/lists")).text)


async def test_a_list_tells_which_rows_were_not_taken(visitor: Browser) -> None:
    """File by file, in words."""
    text = text_of((await visitor.get("/lists/may")).text)

    assert "in the list 1,000 990 10 there already" in text


async def test_a_list_is_made_by_a_form(gateway: Running, visitor: Browser) -> None:
    """And shown."""
    answer = await visitor.submit("/lists", "/lists", **FORM)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/lists/leads-of-june-7d1c"
    assert CREATE in gateway.world.asked


async def test_a_refused_list_keeps_what_was_typed(gateway: Running, visitor: Browser) -> None:
    """Beside the reason."""
    gateway.world.failures[CREATE] = AlreadyExists("There is one of that name.")

    answer = await visitor.submit("/lists", "/lists", **FORM)

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert 'value="Leads of June"' in answer.text


async def test_a_forged_form_makes_nothing(gateway: Running, visitor: Browser) -> None:
    """Somebody else's page can send a form too."""
    answer = await visitor.post("/lists", {**FORM, "form_token": "guessed"})

    assert answer.status_code == 403
    assert CREATE not in gateway.world.asked


@pytest.mark.parametrize("path", ["/lists/none", "/lists/.x"])
async def test_a_list_that_is_not_is_not_found(visitor: Browser, path: str) -> None:
    """Nor does a name lead elsewhere."""
    assert (await visitor.get(path)).status_code == 404
