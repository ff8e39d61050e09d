"""The operator suspends and resumes a client, and sees how far that has come."""

from __future__ import annotations

import pytest

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb

PAGE = "/clients/abc-solar/life"


async def test_a_client_is_suspended_with_a_reason(gateway: Running, operator: Browser) -> None:
    """The page tells the steps, and keeps itself fresh as long as there is something to see."""
    answer = await operator.submit(PAGE, f"{PAGE}/suspend", reason="Unpaid <since> May.")
    page = (await operator.get(PAGE)).text
    client = text_of((await operator.get("/clients/abc-solar")).text)
    listed = text_of((await operator.get("/")).text)
    moving = 'hx-trigger="every 1s"' in page
    gateway.world.lifecycle_runs[0].state = pb.LifecycleRun.SUCCEEDED
    after = await operator.get(PAGE, hx_request="true")

    text = text_of(page)
    assert answer.status_code == 303
    assert "Unpaid &lt;since&gt; May." in text
    assert "Log-ins and API keys done Dialing under way" in text
    assert "TEMPORARILY_UNAVAILABLE: &lt;b&gt; Mail to the client to do" in text
    assert moving
    assert "State of service suspended" in client
    assert " suspended " in listed
    assert "every 1s" not in after.text
    assert "<html" not in after.text
    assert f'action="{PAGE}/resume"' in after.text


async def test_a_failed_run_is_tried_again(gateway: Running, operator: Browser) -> None:
    """By hand; nothing else is begun before, and that is told on the page."""
    await operator.submit(PAGE, f"{PAGE}/suspend", reason="Unpaid.")
    refused = await operator.submit("/team", f"{PAGE}/resume", reason="Paid & gone.")
    run = gateway.world.lifecycle_runs[0]
    run.state = pb.LifecycleRun.FAILED
    await operator.submit(PAGE, f"{PAGE}/r0/retry")

    assert refused.status_code == 400
    assert "Another change of this client has not come to its end." in refused.text
    assert f"RetryLifecycleRun {run.name}" in gateway.world.asked


@pytest.mark.parametrize("path", ["/clients/nobody/life", "/clients/A%20B/life"])
async def test_an_unknown_client_is_404(operator: Browser, path: str) -> None:
    """As everywhere."""
    assert (await operator.get(path)).status_code == 404


async def test_a_service_is_ended_after_a_day_and_kept_after_all(
    gateway: Running, operator: Browser
) -> None:
    """A day that is none is told beside its field, and what was typed is kept."""
    form = {"when": "day", "reason": "Sold & gone."}
    wrong = await operator.submit(PAGE, f"{PAGE}/terminate", last_day="soon", **form)
    ended = await operator.submit(PAGE, f"{PAGE}/terminate", last_day="2025-12-31", **form)
    page = text_of((await operator.get(PAGE)).text)
    listed = text_of((await operator.get("/")).text)
    await operator.submit(PAGE, f"{PAGE}/withdraw", reason="Stays.")

    assert wrong.status_code == 400
    assert 'value="Sold &amp; gone."' in wrong.text
    assert 'name="last_day" type="date" value="soon" aria-invalid="true"' in wrong.text
    assert ended.status_code == 303
    assert "The service ends at" in page
    assert " ending " in listed
    assert "TerminateTenant tenants/abc-solar 2025-12-31" in gateway.world.asked
    assert "WithdrawTermination tenants/abc-solar Stays." in gateway.world.asked
