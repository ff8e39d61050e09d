"""Why an invoice is what it is, as a client reads it; and a parked one that is let go."""

from __future__ import annotations

import pytest

from tests.support.gateway.running import Browser, Running


async def test_each_line_leads_to_its_explanation(visitor: Browser) -> None:
    """From the amount to the price and the steps in between."""
    invoice = (await visitor.get("/invoices/2025-09")).text

    page = await visitor.get("/invoices/2025-09/lines/1")

    assert 'href="/invoices/2025-09/lines/1"' in invoice
    assert page.status_code == 200
    assert "rounded up once to 45,230 minutes" in page.text
    assert "since" in page.text
    assert "and 5 other durations" in page.text


async def test_every_call_has_its_price(visitor: Browser) -> None:
    """Exactly, page by page."""
    first = await visitor.get("/invoices/2025-09/calls")
    last = await visitor.get("/invoices/2025-09/calls?page=more")

    assert "0.0275" in first.text
    assert "More calls" in first.text
    assert "More calls" not in last.text


@pytest.mark.parametrize("line", ["0", "99", "x", "1e1", "11111"])
async def test_a_line_that_is_not_there_is_not_found(visitor: Browser, line: str) -> None:
    assert (await visitor.get(f"/invoices/2025-09/lines/{line}")).status_code == 404


async def test_a_parked_draft_is_let_go_with_a_note(gateway: Running, operator: Browser) -> None:
    """It says why it waits, and cannot be issued until then."""
    gateway.world.is_parked = True
    try:
        page = (await operator.get("/clients/abc-solar")).text
        answer = await operator.submit(
            "/clients/abc-solar",
            "/clients/abc-solar/drafts/2025-08/release",
            note="Agreed by phone.",
        )
    finally:
        gateway.world.is_parked = False

    assert "The month costs more than it is charged." in page
    assert "/drafts/2025-08/issue" not in page
    assert answer.status_code == 303
    asked = gateway.world.asked
    released = "ReleaseDraftInvoice tenants/abc-solar/draftInvoices/2025-08 Agreed by phone."
    assert released in asked
