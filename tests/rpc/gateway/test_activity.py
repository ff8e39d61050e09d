"""Clients and the operator read who changed what, and check that nobody has changed the log."""

from __future__ import annotations

from tests.support.gateway.running import Browser, Running

PAGE = "/activity"


async def test_a_client_reads_what_was_changed_by_whom(visitor: Browser) -> None:
    """People by their names, its provider by the company that it buys from, times in its zone."""
    text = (await visitor.get(PAGE)).text

    assert "API key revoked" in text
    assert "Lead import &lt;old&gt;" in text
    assert "Oct 15, 2025, 8:00:00 AM" in text
    assert "Dana Rivers" in text
    assert "Northgate Voice" in text
    assert "<del>10</del>" in text
    assert "<ins>25</ins>" in text
    assert "Robin Vale" not in text


async def test_an_action_without_words_of_its_own_is_told_all_the_same(visitor: Browser) -> None:
    """So that whoever adds one may forget the page."""
    assert "Signing keys: turn over" in (await visitor.get(PAGE)).text


async def test_a_filter_is_asked_for_in_the_tenants_zone(
    gateway: Running, visitor: Browser
) -> None:
    """A day begins at midnight in New York."""
    answer = await visitor.get(f"{PAGE}?from=2025-10-01&what=apiKeys")

    assert "ListAuditEntries apiKeys 1759291200" in gateway.world.asked
    assert 'value="2025-10-01"' in answer.text
    assert (await visitor.get(f"{PAGE}?from=yesterday")).status_code == 400


async def test_a_whole_log_gives_a_seal_to_keep(gateway: Running, visitor: Browser) -> None:
    """And one that was kept is handed on."""
    answer = await visitor.get(f"{PAGE}?check=1&seal={'cd' * 32}")

    assert "The log is whole: 3 entries." in answer.text
    assert "ab" * 32 in answer.text
    assert f"VerifyAuditLog {'cd' * 32}" in gateway.world.asked


async def test_a_log_that_was_changed_says_where(gateway: Running, visitor: Browser) -> None:
    """In words."""
    gateway.world.audit_fault = "CONTENT_CHANGED"

    answer = await visitor.get(f"{PAGE}?check=1")

    assert "Entry 2 does not say any more what it said." in answer.text
    assert "The log is whole" not in answer.text


async def test_the_log_is_handed_out_as_a_file(visitor: Browser) -> None:
    """All pieces of it, under a name."""
    answer = await visitor.get(f"{PAGE}/file?format=csv")

    assert answer.text == "sequence\r\n1\r\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="activity.csv"'


async def test_the_operator_reads_who_of_its_people_it_was(
    gateway: Running, operator: Browser
) -> None:
    """At a client, and its own log beside it."""
    text = (await operator.get("/clients/abc-solar/activity")).text

    assert "Robin Vale (provider)" in text
    assert (await operator.get(PAGE)).status_code == 200
    file = await operator.get("/clients/abc-solar/activity/file?format=jsonl")
    assert file.status_code == 200
    assert "ExportAuditLog tenants/abc-solar 1" in gateway.world.asked
