"""A client takes its data along as one file, cancels, and comes back for it when it has ended."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from zoneinfo import ZoneInfo

import pytest

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from veneer.tenancy.v1 import tenant_service_pb2

INVOICE = [f"invoices/2025-09.{ending}" for ending in ("pdf", "csv", "json")]


async def test_all_data_is_one_file_with_the_sums_of_what_is_in_it(
    gateway: Running, visitor: Browser
) -> None:
    """Every page of everything; the same data makes the same file."""
    answer, again = await visitor.get("/data/pack"), await visitor.get("/data/pack")

    pack = zipfile.ZipFile(io.BytesIO(answer.content))
    manifest = json.loads(pack.read("manifest.json"))
    told = {each["name"]: each for each in manifest["files"]}
    leads = list(csv.DictReader(io.StringIO(pack.read("leads.csv").decode(), newline="")))
    calls = list(csv.DictReader(io.StringIO(pack.read("calls.csv").decode(), newline="")))
    assert answer.headers["content-type"] == "application/zip"
    day = gateway.clock.now().astimezone(ZoneInfo("America/New_York")).date()
    assert answer.headers["content-disposition"] == f'attachment; filename="data-{day}.zip"'
    assert pack.testzip() is None
    assert pack.namelist() == [*told, "manifest.json"]
    for name, entry in told.items():
        data = pack.read(name)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["bytes"] == len(data)
    assert {name: each["rows"] for name, each in told.items()} == {
        "leads.csv": 3, "calls.csv": 40, "recordings.csv": 1, **dict.fromkeys(INVOICE, 1),
    }  # fmt: skip
    assert [(each["list"], each["first_name"], each["comments"]) for each in leads] == [
        ("Leads of May", "Ann", 'of "Sunny", Ltd.'),
        ("Leads of May", "Ben", "Ærø"),
        ("Leads of May", "Cleo", "line\nbreak"),
    ]
    assert len({each["name"] for each in calls}) == 40
    assert sum(int(each["billable_seconds"]) for each in calls) == sum(
        31 + 17 * number for number in range(0, 40, 3)
    )
    assert again.content == answer.content


async def test_who_may_not_see_all_of_it_may_not_take_it(gateway: Running, sunny: Browser) -> None:
    """The page says so, and the file is refused before it begins."""
    gateway.world.permissions -= {"leads.read", "cancellation.write"}
    await sunny.log_in()

    page, pack = await sunny.get("/data"), await sunny.get("/data/pack")

    assert "Download everything" not in page.text
    assert 'action="/data/cancel"' not in page.text
    assert pack.status_code == 403
    assert "text/html" in pack.headers["content-type"]


async def test_an_owner_cancels_and_keeps_the_service(gateway: Running, visitor: Browser) -> None:
    """What is wrong is told beside its field, and what was typed is kept."""
    form = {"reason": "Too <dear>."}
    wrong = await visitor.submit("/data", "/data/cancel", last_day="soon", **form)
    done = await visitor.submit("/data", "/data/cancel", last_day="2025-10-31", **form)
    cancelled = await visitor.get("/data")
    await visitor.submit("/data", "/data/keep")
    kept = await visitor.get("/data")

    assert wrong.status_code == 400
    assert 'value="Too &lt;dear&gt;."' in wrong.text
    assert 'required aria-invalid="true"' in wrong.text
    assert done.status_code == 303
    assert "RequestCancellation 2025-10-31 Too <dear>." in gateway.world.asked
    assert "The service ends at" in text_of(cancelled.text)
    assert 'action="/data/cancel"' not in cancelled.text
    assert 'action="/data/cancel"' in kept.text


@pytest.mark.parametrize("path", ["/", "/lists", "/campaigns", "/team", "/api", "/calls"])
async def test_a_portal_whose_service_has_ended_is_for_data_and_invoices(
    gateway: Running, visitor: Browser, path: str
) -> None:
    """Whatever else is asked for, its owner comes to the data."""
    gateway.world.states["tenants/abc-solar"] = tenant_service_pb2.Tenant.CANCELLED
    gateway.clock.advance(seconds=11)

    answer = await visitor.get(path)
    invoices, pack = await visitor.get("/invoices"), await visitor.get("/data/pack")

    assert (answer.status_code, answer.headers["location"]) == (303, "/data")
    assert (invoices.status_code, pack.status_code) == (200, 200)
    assert "/campaigns" not in invoices.text
