"""A file of leads goes from the page into a list, and is refused where it must be."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.kit.errors import InvalidRequest
from tests.support.eventually import eventually
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from veneer.telephony.v1.lead_upload_service_pb2 import LeadUpload

LIST, FILE = "/lists/may", "/lists/may/files/0c1d2e3f-may"
UPLOAD = "tenants/abc-solar/leadLists/may/uploads/0c1d2e3f-may"
REQUEST_ID = "7d1c0a52-5a4f-4a57-9d3a-0f6b7f7f0a11"
ROWS = b"Phone,Shoe size\r\n" + b"+13125550100,44\r\n" * 100_000


async def _token(visitor: Browser) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', (await visitor.get(LIST)).text)
    assert found is not None
    return found[1]


async def _send(visitor: Browser, token: str, name: str = "may.csv") -> httpx.Response:
    return await visitor.send(
        "POST",
        f"{LIST}/files",
        data={"form_token": token, "request_id": REQUEST_ID},
        files={"file": (name, ROWS, "text/csv")},
    )


async def test_a_file_is_sent_whole_and_leads_to_its_columns(
    gateway: Running, visitor: Browser
) -> None:
    """Larger than any other form may be."""
    answer = await _send(visitor, await _token(visitor))

    assert answer.status_code == 303
    assert answer.headers["location"] == FILE
    assert "CreateLeadUpload may.csv" in gateway.world.asked
    assert f"UploadLeads {UPLOAD} {len(ROWS)}" in gateway.world.asked


async def test_a_forged_file_is_not_taken(gateway: Running, visitor: Browser) -> None:
    """It is refused by what stands before it."""
    answer = await _send(visitor, "guessed")

    assert answer.status_code == 403
    assert not [each for each in gateway.world.asked if "Upload" in each]


def _form(token: str, name: str) -> bytes:
    """Gives a form as a browser sends it, up to the first byte of its file."""
    return (
        f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()


async def _send_raw(visitor: Browser, content: Any) -> httpx.Response:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return await visitor.send("POST", f"{LIST}/files", content=content, headers=headers)


async def test_a_form_without_a_file_says_so(visitor: Browser) -> None:
    """Beside the field, on the page that it is on."""
    answer = await _send_raw(visitor, _form(await _token(visitor), "") + b"\r\n--b--\r\n")

    assert answer.status_code == 400
    assert '<p class="wrong" id="file-wrong" role="alert">Please choose a file.</p>' in answer.text
    assert "Send a file of leads" in answer.text


async def test_a_file_that_breaks_off_is_given_up(gateway: Running, visitor: Browser) -> None:
    """It is told, and nothing waits for the rest of it."""
    answer = await _send_raw(visitor, _form(await _token(visitor), "may.csv") + ROWS)

    assert answer.status_code == 400
    assert "The file could not be read. Please choose it again." in answer.text
    assert f"CancelLeadUpload {UPLOAD}" in gateway.world.asked


async def test_a_file_of_somebody_who_goes_away_is_given_up(
    gateway: Running, visitor: Browser
) -> None:
    """As when a laptop is closed."""
    begun = _form(await _token(visitor), "may.csv")

    async def broken() -> AsyncIterator[bytes]:
        yield begun + ROWS
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await _send_raw(visitor, broken())

    await eventually(lambda: f"CancelLeadUpload {UPLOAD}" in gateway.world.asked)


async def test_a_file_that_is_not_taken_is_told_beside_its_field(
    gateway: Running, visitor: Browser
) -> None:
    """In the words of who does not take it."""
    token = await _token(visitor)
    gateway.world.failures["CreateLeadUpload may.csv"] = InvalidRequest.at("file", "Is too odd.")

    answer = await _send(visitor, token)

    assert answer.status_code == 400
    assert '<p class="wrong" id="file-wrong" role="alert">Is too odd.</p>' in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"Phone"),
        ("multipart/form-data", b"Phone"),
        ("multipart/form-data; boundary=b", b"Phone"),
        ("multipart/form-data; boundary=b", b"--b\r\nno header\r\n\r\n"),
    ],
)
async def test_what_is_no_such_form_is_refused(visitor: Browser, kind: str, body: bytes) -> None:
    """In words."""
    answer = await visitor.send(
        "POST", f"{LIST}/files", content=body, headers={"content-type": kind}
    )

    assert answer.status_code == 400
    assert "choose" in answer.text


async def test_columns_are_proposed_and_told(gateway: Running, visitor: Browser) -> None:
    """By the names in the file's first row."""
    page = await visitor.get(FILE)
    answer = await visitor.submit(
        FILE, f"{FILE}/start", **{"field-1": "phone_number", "request_id": REQUEST_ID}
    )

    assert '<option value="phone_number" selected>' in page.text
    assert answer.headers["location"] == FILE
    assert "StartLeadUpload Phone=phone_number, Shoe size=" in gateway.world.asked


async def test_a_file_is_followed_until_its_rows_are_in(gateway: Running, visitor: Browser) -> None:
    """The page asks again by itself while something is to be done, and then no more."""
    gateway.world.upload_state = LeadUpload.RUNNING
    working = await visitor.get(FILE, **{"hx-request": "true"})
    gateway.world.upload_state = LeadUpload.SUCCEEDED
    done = await visitor.get(FILE, **{"hx-request": "true"})

    assert "hx-get" in working.text
    assert "hx-get" not in done.text
    assert "Not taken: there already 7" in text_of(done.text)


async def test_a_file_is_given_up(gateway: Running, visitor: Browser) -> None:
    """Until its rows are in."""
    answer = await visitor.submit(FILE, f"{FILE}/cancel", request_id=REQUEST_ID)

    assert answer.status_code == 303
    assert f"CancelLeadUpload {UPLOAD}" in gateway.world.asked


async def test_rows_that_were_not_taken_are_a_file(visitor: Browser) -> None:
    """To be mended and sent again."""
    answer = await visitor.get(f"{FILE}/report")

    assert answer.content == b"line,reason\r\n2,DUPLICATE\r\n"
    assert answer.headers["content-type"] == "text/csv"
