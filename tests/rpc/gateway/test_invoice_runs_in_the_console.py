"""The operator begins runs, sees what is parked, and lets it go."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

PAGE = "/runs"
DRAFT = "tenants/abc-solar/draftInvoices/2025-08"


async def _run(gateway: Running, operator: Browser) -> str:
    gateway.world.is_parked = True
    answer = await operator.submit(PAGE, PAGE, month="2025-08", issue="1")
    return str(answer.headers["location"])


async def test_a_run_is_begun_and_counts_what_came_of_it(
    gateway: Running, operator: Browser
) -> None:
    """The list says which runs need somebody."""
    page = await _run(gateway, operator)

    run, listed = text_of((await operator.get(page)).text), text_of((await operator.get(PAGE)).text)

    assert "CreateInvoiceRun 2025-08 True" in gateway.world.asked
    assert "Sent 40 Drafted 0 Parked 1 Failed 1" in run
    assert "August 2025" in listed
    assert "look at it 40 0 1 1 0" in listed


async def test_a_run_names_who_is_parked_or_failed_and_why(
    gateway: Running, operator: Browser
) -> None:
    """In words, with what can be done."""
    text = text_of((await operator.get(await _run(gateway, operator))).text)

    assert "abc-solar parked The month costs more than it is charged. $1,640.75" in text
    assert "meridian failed Usage did not answer. tried 5 times — Look at the client" in text


async def test_a_parked_draft_is_released_and_then_sent(
    gateway: Running, operator: Browser
) -> None:
    """With a note that is kept; each step is one press."""
    page = await _run(gateway, operator)

    await operator.submit(page, f"{page}/release", draft=DRAFT, note="Agreed with the client.")
    released = (await operator.get(page)).text
    await operator.submit(page, f"{page}/issue", draft=DRAFT)

    assert f"ReleaseDraftInvoice {DRAFT} Agreed with the client." in gateway.world.asked
    assert "released" in text_of(released)
    assert f"{page}/issue" in released
    assert f"IssueDraftInvoice {DRAFT}" in gateway.world.asked


async def test_what_happens_by_itself_is_set(gateway: Running, operator: Browser) -> None:
    """And who said so; what makes no sense is told."""
    wrong = await operator.submit(PAGE, f"{PAGE}/policy", mode="DRAFT", grace_hours="soon")
    await operator.submit(PAGE, f"{PAGE}/policy", mode="DRAFT", grace_hours="12")

    page = (await operator.get(PAGE)).text
    assert wrong.status_code == 400
    assert "Must be whole hours, 0 to 168." in wrong.text
    assert "Set by dana@example.com" in page
    assert 'value="12"' in page
    assert '<option value="DRAFT" selected>' in page


async def test_what_is_no_run_and_no_draft_is_not_found(
    gateway: Running, operator: Browser
) -> None:
    """Nor can a form reach anything but a draft."""
    page = await _run(gateway, operator)
    forged = await operator.submit(page, f"{page}/issue", draft="tenants/x/invoices/2025-08")

    assert (await operator.get(f"{PAGE}/none")).status_code == 404
    assert forged.status_code == 404


async def test_clients_have_no_such_pages(visitor: Browser) -> None:
    """They are not forbidden, they are not there."""
    answers = [await visitor.get(path) for path in (PAGE, "/clients/abc-solar/money")]

    assert [each.status_code for each in answers] == [404, 404]
