"""A client reads and accepts its agreement in the portal; the console knows who has."""

from __future__ import annotations

import pytest

from tests.support.gateway.agreements_peer import TEXT, hash_of
from tests.support.gateway.pages import text_of, token_of
from tests.support.gateway.running import Browser, Running

PAGE = "/agreement"
TYPED = {"signer_name": "Dana Rivers", "agrees": "yes", "text_hash": hash_of(TEXT)}
FROM = {"x_forwarded_for": "192.0.2.1, 198.51.100.7", "user_agent": "test-browser"}


async def test_an_owner_accepts_what_it_has_read(gateway: Running, visitor: Browser) -> None:
    """The dashboard asks until then; afterwards the proof is shown, and the text handed out."""
    asked, page = (await visitor.get("/")).text, (await visitor.get(PAGE)).text
    form = {**TYPED, "form_token": token_of(page)}
    answer = await visitor.post(f"{PAGE}/accept", form, **FROM)
    after, text = await visitor.get(PAGE), await visitor.get(f"{PAGE}/a2/text")

    assert "accept our service agreement" in text_of(asked)
    assert "Minutes</th>" in page
    assert "0.025 USD per minute" in page
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    (heard,) = [each for each in gateway.world.asked if each.startswith("AcceptAgreement")]
    assert heard.split()[1:] == ["198.51.100.7", "test-browser"]
    assert "Accept the agreement" not in after.text
    assert hash_of(TEXT) in after.text
    assert text.text == TEXT
    assert "accept our service agreement" not in text_of((await visitor.get("/")).text)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"signer_name": " ", "agrees": "yes"}, "Must have 1 to 80 characters."),
        ({"signer_name": "Kim", "agrees": ""}, "Please tick this to accept."),
        ({"signer_name": "Kim", "agrees": "yes", "text_hash": "0"}, "The text has changed."),
    ],
)
async def test_what_is_missing_is_told_and_what_was_typed_is_kept(
    gateway: Running, visitor: Browser, typed: dict[str, str], told: str
) -> None:
    """Nothing is accepted."""
    answer = await visitor.submit(PAGE, f"{PAGE}/accept", **{**TYPED, **typed})

    assert answer.status_code in (400, 409)
    assert told in answer.text
    assert f'value="{typed["signer_name"]}"' in answer.text
    assert not gateway.world.acceptances


async def test_what_was_accepted_before_is_shown(visitor: Browser) -> None:
    """With its proof; what was not, is not found."""
    page = await visitor.get(f"{PAGE}/a1")

    assert "203.0.113.9" in page.text
    assert "Firefox, Linux" in page.text
    assert (await visitor.get(f"{PAGE}/a9")).status_code == 404


async def test_the_console_tells_who_has_accepted_and_publishes(
    gateway: Running, operator: Browser
) -> None:
    """A wording that names nobody is told beside its field, and kept."""
    page = await operator.get("/agreements")
    wrong = await operator.submit("/agreements", "/agreements", template="Be good.", note="Short")
    right = await operator.submit("/agreements", "/agreements", template="{seller}", note="Clearer")

    assert "none yet" in page.text
    assert "in force" in page.text
    assert wrong.status_code == 400
    assert "Must name {seller}." in wrong.text
    assert ">Be good.</textarea>" in wrong.text
    assert right.headers["location"] == "/agreements"
    assert "CreateAgreementVersion Clearer" in gateway.world.asked
    assert "Old words of" in (await operator.get("/agreements/2026-11")).text


async def test_a_signature_on_paper_is_noted(gateway: Running, operator: Browser) -> None:
    """On the client's own page."""
    page = "/clients/abc-solar/agreement"
    wrong = await operator.submit(page, page, signer_name="", note="In the folder")
    right = await operator.submit(page, page, signer_name="Ann", note="In the folder")

    assert wrong.status_code == 400
    assert 'value="In the folder"' in wrong.text
    assert right.headers["location"] == page
    assert "RecordPaperAcceptance Ann In the folder" in gateway.world.asked
