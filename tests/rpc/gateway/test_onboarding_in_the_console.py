"""The operator signs a client by a form, and sees how far its run has come."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from veneer.tenancy.v1 import onboarding_service_pb2 as pb

NEW = "/onboarding/_new"
FORM = {
    "request_id": "5f6a2b34-3c1c-4c0e-9d93-0a6d4f7a1c55",
    "tenant_id": "sunny",
    "display_name": "Sunny <Side>",
    "tier": "GOLD",
    "time_zone": "America/New_York",
    "host_names": "Dialer.Sunny.example, calls.sunny.example",
    "owner_email": "ann@sunny.example",
    "owner_password": "correct horse battery",
    "plan_version": "planVersions/silver.2",
    "effective_date": "2025-11-01",
    "campaign_name": "First campaign",
    "agent_count": "3",
    "caller_ids": "+1 212 555-0100\n1 (212) 555 0101",
    "route": "routes/spare2",
    "max_agents": "7",
    "tagline": "Power for all",
    "primary_color": "#1F4E79",
}


async def test_a_client_is_signed_by_a_form(gateway: Running, operator: Browser) -> None:
    """All that was typed is asked for, and its run is shown."""
    answer = await operator.submit(NEW, "/onboarding", **FORM)
    page = (await operator.get("/onboarding/r0")).text
    listed = text_of((await operator.get("/onboarding")).text)

    asked = gateway.world.onboarding_asked
    assert (answer.status_code, answer.headers["location"]) == (303, "/onboarding/r0")
    assert list(asked.tenant.host_names) == ["dialer.sunny.example", "calls.sunny.example"]
    assert list(asked.setup.caller_ids) == ["12125550100", "12125550101"]
    assert (asked.setup.agent_count, list(asked.setup.routes)) == (3, ["routes/spare2"])
    assert asked.setup.effective_date.month == 11
    assert asked.tenant.contact_email == "ann@sunny.example"
    assert (asked.tenant.brand.tagline, asked.tenant.brand.primary_color) == (
        "Power for all",
        "#1f4e79",
    )
    assert asked.tenant.limits.max_agents == 7
    assert not asked.tenant.limits.HasField("max_campaigns")
    assert asked.owner.password == FORM["owner_password"]
    assert "Agreement signed under way" in text_of(page)
    assert 'data-events="/events/onboarding/r0"' in page
    assert "Sunny &lt;Side&gt; sunny waits for the signature Agreement signed" in listed


async def test_wrong_input_is_told_beside_its_field_and_kept(
    gateway: Running, operator: Browser
) -> None:
    """All but the password, which no page shows again."""
    told = []
    for changes, field in (
        ({"time_zone": "Mars/Base"}, "host_names"),
        ({"tenant_id": "abc-solar"}, "tenant_id"),
        ({"owner_password": "short"}, "owner_password"),
        ({"agent_count": "many"}, "agent_count"),
        ({"effective_date": "soon"}, "effective_date"),
        ({"tier": "IRON"}, "tier"),
    ):
        answer = await operator.submit(NEW, "/onboarding", **{**FORM, **changes})
        told.append(answer.status_code)
        assert f'id="{field}-wrong"' in answer.text
        assert 'value="Sunny &lt;Side&gt;"' in answer.text
        assert FORM["owner_password"] not in answer.text

    assert told == [400, 409, 400, 400, 400, 400]
    assert gateway.world.onboarding_runs == []


async def test_a_run_that_has_stopped_says_why_and_goes_on(
    gateway: Running, operator: Browser
) -> None:
    """In words, with other routes if its own are gone; the live part alone for a script."""
    await operator.submit(NEW, "/onboarding", **FORM)
    run = gateway.world.onboarding_runs[0]
    run.state, run.is_cancellable = pb.OnboardingRun.FAILED, False
    run.trouble = "RESOURCE_NOT_FOUND: There is no route <abc-1>."
    part = (await operator.get("/onboarding/r0", hx_request="true")).text
    retried = await operator.submit("/onboarding/r0", "/onboarding/r0/retry", route="routes/spare2")

    assert "<html" not in part
    assert "There is no route &lt;abc-1&gt;." in part
    assert "/onboarding/r0/cancel" not in part
    assert retried.status_code == 303
    assert "RetryOnboardingRun onboardingRuns/r0 routes/spare2" in gateway.world.asked


async def test_a_run_is_signed_or_undone(gateway: Running, operator: Browser) -> None:
    """Undone with a reason; one without is refused beside its field."""
    await operator.submit(NEW, "/onboarding", **FORM)
    page = "/onboarding/r0"
    await operator.submit(page, f"{page}/sign", signer_name="Ann", note="In the folder.")
    refused = await operator.submit(page, f"{page}/cancel", reason="")
    await operator.submit(page, f"{page}/cancel", reason="Went elsewhere.")

    assert "RecordSignature Ann In the folder." in gateway.world.asked
    assert refused.status_code == 400
    assert 'id="reason-wrong"' in refused.text
    assert "CancelOnboardingRun onboardingRuns/r0 Went elsewhere." in gateway.world.asked


async def test_an_unknown_run_is_404(operator: Browser) -> None:
    """As everywhere."""
    assert (await operator.get("/onboarding/nobody")).status_code == 404
    assert (await operator.get("/onboarding/A%20B")).status_code == 404
