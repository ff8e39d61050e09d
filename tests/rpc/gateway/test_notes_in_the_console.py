"""Staff note what they should know about a client, and no page of the client's says it."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

PAGE = "/clients/abc-solar/notes"
SECRET = "Pays late <always>"


async def test_notes_are_added_changed_and_deleted(gateway: Running, operator: Browser) -> None:
    """With who wrote them, and when."""
    added = await operator.submit(PAGE, PAGE, text=SECRET)
    shown = text_of((await operator.get(PAGE)).text)
    await operator.submit(PAGE, f"{PAGE}/n0", text="Pays in time.")
    changed = text_of((await operator.get(PAGE)).text)
    await operator.submit(PAGE, f"{PAGE}/n0/delete")

    assert (added.status_code, added.headers["location"]) == (303, PAGE)
    assert "Dana Rivers" in shown
    assert "Pays late &lt;always&gt;" in shown
    assert "Pays in time." in changed
    assert ", changed " in changed
    assert gateway.world.client_notes == []


async def test_an_empty_note_is_refused_beside_its_field(operator: Browser) -> None:
    """Of a new one as of one that is changed."""
    await operator.submit(PAGE, PAGE, text=SECRET)
    new = await operator.submit(PAGE, PAGE, text=" ")
    changed = await operator.submit(PAGE, f"{PAGE}/n0", text=" ")

    assert (new.status_code, changed.status_code) == (400, 400)
    assert 'id="text-wrong"' in new.text
    assert 'id="textn0-wrong"' in changed.text
    assert 'class="act" open' in changed.text


async def test_no_listener_of_clients_tells_them(
    gateway: Running, operator: Browser, visitor: Browser
) -> None:
    """Neither a page nor the API of the client, whatever its key may do."""
    await operator.submit(PAGE, PAGE, text=SECRET)
    pages = [await visitor.get(path) for path in ("/", "/activity", "/account", PAGE)]
    key = {"authorization": "Bearer key-abc-solar"}
    asked = await visitor.get("/v1/tenants/abc-solar/clientNotes", **key)
    described = await visitor.get("/openapi.json")

    assert [page.status_code for page in pages] == [200, 200, 200, 404]
    assert all("Pays late" not in page.text for page in pages)
    assert (asked.status_code, asked.json()["error"]["details"][0]["reason"]) == (
        404,
        "ROUTE_NOT_FOUND",
    )
    assert "clientNotes" not in described.text
