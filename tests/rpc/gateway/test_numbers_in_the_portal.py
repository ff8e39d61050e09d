"""A client's numbers, those it never calls, its recordings and its reports."""

from __future__ import annotations

import pytest

from tests.support.gateway.file_peer import SOUND
from tests.support.gateway.numbers_peer import NUMBER, OFFERED, UNWANTED
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

DID = f"tenants/abc-solar/dids/{NUMBER[1:]}"
REQUEST_ID = "7d1c0a52-5a4f-4a57-9d3a-0f6b7f7f0a11"


async def test_numbers_are_shown_and_what_can_be_had(visitor: Browser) -> None:
    """Not those that were given back."""
    text = text_of((await visitor.get("/numbers")).text)

    assert "+1 312 555 0111 Jan 15, 2025" in text
    assert "+1 312 555 0142" in text
    assert "+1 312 555 0199" not in text


async def test_nothing_to_be_had_is_said(visitor: Browser) -> None:
    """Where no number begins so."""
    text = text_of((await visitor.get("/numbers?prefix=%2B44")).text)

    assert "No number that begins so can be had now." in text


@pytest.mark.parametrize(
    ("path", "form", "asked"),
    [
        ("/numbers", {"number": OFFERED}, f"OrderDid {OFFERED}"),
        (
            f"/numbers/{NUMBER[1:]}/route",
            {"target": "tenants/abc-solar/agents/dana"},
            f"RouteDid {DID} tenants/abc-solar/agents/dana",
        ),
        (f"/numbers/{NUMBER[1:]}/release", {}, f"ReleaseDid {DID}"),
        ("/do-not-call/remove", {"number": UNWANTED}, f"RemoveDncNumbers {UNWANTED}"),
    ],
)
async def test_a_form_does_what_it_says(
    gateway: Running, visitor: Browser, path: str, form: dict[str, str], asked: str
) -> None:
    """And leads back to the list."""
    answer = await visitor.submit("/numbers", path, request_id=REQUEST_ID, **form)

    assert answer.status_code == 303
    assert asked in gateway.world.asked


async def test_numbers_are_added_to_those_not_to_be_called(
    gateway: Running, visitor: Browser
) -> None:
    """As they were typed; telephony reads them."""
    answer = await visitor.submit(
        "/do-not-call", "/do-not-call", numbers="+13125550100\n3125550101", region="us"
    )

    assert "2 of 2 were not there before." in text_of(answer.text)
    assert "ImportDncNumbers US +13125550100 3125550101" in gateway.world.asked


async def test_what_holds_no_number_is_told_and_kept(visitor: Browser) -> None:
    """With the line that is wrong, and nothing is lost."""
    answer = await visitor.submit(
        "/do-not-call", "/do-not-call", numbers="+13125550100\nnobody", region="US"
    )

    assert answer.status_code == 400
    assert "Line 2 holds no number." in answer.text
    assert "nobody</textarea>" in answer.text


@pytest.mark.parametrize(
    ("number", "said"),
    [("+1 (212) 555-0177", "is on the list"), ("+13125550100", "is not on the list")],
)
async def test_one_number_is_looked_up(visitor: Browser, number: str, said: str) -> None:
    """However it is written."""
    answer = await visitor.get(f"/do-not-call?number={number.replace('+', '%2B')}")

    assert said in text_of(answer.text)


async def test_recordings_of_a_day_can_be_heard(visitor: Browser) -> None:
    """And kept; a browser asks for parts while one listens."""
    page = await visitor.get("/recordings?day=2025-10-05")
    sound = await visitor.get("/recordings/r1/sound")
    part = await visitor.get("/recordings/r1/sound", range="bytes=10-19")

    assert "+1 212 555 0123 1:02" in text_of(page.text)
    assert 'src="/recordings/r1/sound"' in page.text
    assert (sound.status_code, sound.content) == (200, SOUND)
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SOUND)}"


async def test_a_call_leads_to_its_recording(visitor: Browser) -> None:
    """Or to the word that there is none."""
    calls = await visitor.get("/calls")

    assert "/recordings?call=" in calls.text
    assert "This call was not recorded" in (await visitor.get("/recordings?call=none")).text


@pytest.mark.parametrize("path", ["/recordings?day=x", "/reports?from=x", "/reports?report=x"])
async def test_what_makes_no_sense_is_said(visitor: Browser, path: str) -> None:
    """Beside the form, with what to type instead."""
    answer = await visitor.get(path)

    assert answer.status_code == (404 if "report=x" in path else 400)
    assert "Must be a day such as" in answer.text or "nothing here" in answer.text


async def test_a_report_is_of_whole_days(gateway: Running, visitor: Browser) -> None:
    """The last one included."""
    answer = await visitor.get("/reports?report=agents&from=2025-10-01&to=2025-10-07")

    assert "Sale 1,200 25:01:01" in text_of(answer.text)
    assert "GetReport tenants/abc-solar/reports/agents 10/1 10/8" in gateway.world.asked


async def test_a_report_is_a_file_too(visitor: Browser) -> None:
    """Named after what is in it."""
    answer = await visitor.get("/reports/hours/file?from=2025-10-01&to=2025-10-02")

    assert answer.content.startswith(b"subject,calls")
    assert "hours-2025-10-01-2025-10-02.csv" in answer.headers["content-disposition"]
