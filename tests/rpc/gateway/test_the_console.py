"""The operator's pages: what each client brings, and what waits."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running


async def test_clients_stand_with_what_they_bring(operator: Browser) -> None:
    """How they stand, charge, cost, profit, margin; the sums beneath one another."""
    text = text_of((await operator.get("/")).text)

    assert "ABC Solar Dialer October 2025 active $1,640.75 $462.30 $1,178.45 71.8 %" in text
    assert "Charge $3,281.50 Cost $924.60 Profit $2,356.90 Margin 71.8" in text


async def test_a_client_whose_figures_cannot_be_told_is_flagged(operator: Browser) -> None:
    """And is in no sum."""
    text = text_of((await operator.get("/")).text)

    assert "price missing" in text
    assert "1 client" in text


async def test_one_client_in_full(operator: Browser) -> None:
    """Prices in force, margin by item, invoices, drafts."""
    text = text_of((await operator.get("/clients/abc-solar")).text)

    assert "Minutes 45,230 $1,130.75 45,230 $452.30 $678.45" in text
    assert "Minutes $0.025 the month's seconds together" in text.replace("&#39;", "'")
    assert "September 2025 2025-000017" in text


async def test_a_draft_is_made_and_issued(gateway: Running, operator: Browser) -> None:
    """By forms."""
    page = "/clients/abc-solar"
    await operator.submit(page, f"{page}/drafts", month="2025-09")
    await operator.submit(page, f"{page}/drafts/2025-08/issue")

    asked = gateway.world.asked
    assert "CreateDraftInvoice tenants/abc-solar 2025-09" in asked
    assert "IssueDraftInvoice tenants/abc-solar/draftInvoices/2025-08" in asked


async def test_a_refusal_is_told_beside_the_form(operator: Browser) -> None:
    """In billing's own words."""
    page = "/clients/abc-solar"
    answer = await operator.submit(page, f"{page}/drafts", month="2025-10")

    assert answer.status_code == 400
    assert "The month is not over." in answer.text


async def test_an_unknown_client_is_404(operator: Browser) -> None:
    """As is what could be none."""
    answers = [await operator.get(f"/clients/{name}") for name in ("nobody", "A%20B")]

    assert [each.status_code for each in answers] == [404, 404]


async def test_a_route_that_the_journals_knew_first_is_made(
    gateway: Running, operator: Browser
) -> None:
    """And one that is nobody's is assigned."""
    tenant = "tenants/meridian"
    form = {"tenant": tenant, "carrier": "westline"}
    await operator.submit("/legs", "/legs/assign", route_code="new7", **form)
    await operator.submit("/legs", "/legs/assign", route_code="spare2", tenant=tenant)

    assert f"CreateRoute new7 {tenant}" in gateway.world.asked
    assert f"AssignRoute routes/spare2 {tenant}" in gateway.world.asked


async def test_a_line_that_was_put_aside_is_read_again(gateway: Running, operator: Browser) -> None:
    """With its reason beside it, and its bytes as text."""
    page = (await operator.get("/legs")).text
    await operator.submit("/legs", "/legs/lines/q1/replay")

    assert "It has 8 of 15 fields." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "ReplayQuarantinedLine quarantinedLines/q1" in gateway.world.asked


async def test_the_consoles_pages_are_not_at_the_portal(visitor: Browser) -> None:
    """Whoever asks."""
    answers = [await visitor.get(path) for path in ("/legs", "/clients/abc-solar")]

    assert [each.status_code for each in answers] == [404, 404]
