"""The operator sees what a month brought, and what one with more clients would bring."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

PAGE = "/profit"
OVERHEADS = {
    "effective_date": "2025-10-01",
    "currency": "USD",
    "fixed_costs": "servers 2000\ndatabase 1,000\n\nbackup 500\nmonitoring 300",
    "clients_per_person": "15",
    "cost_per_person": "4000",
}
# The customer's own plan at 25 clients: costs of 24,600 and a profit of 75,400.
PLAN = {
    **OVERHEADS,
    "clients": "3, 25",
    "revenue": "4000",
    "minutes_used": "50000",
    "minutes_cost": "0.01",
    "numbers_used": "10",
    "numbers_cost": "1",
    "gigabytes_used": "20",
    "gigabytes_cost": "0.10",
}


async def test_a_month_without_overheads_asks_for_them(gateway: Running, operator: Browser) -> None:
    """Then it is told, with what is paid whatever happens line by line."""
    before = text_of((await operator.get(PAGE)).text)
    answer = await operator.submit(PAGE, f"{PAGE}/overheads", **OVERHEADS)
    after = text_of((await operator.get(answer.headers["location"])).text)

    assert "This month cannot be told." in before
    assert "Revenue $100,000.00 25 clients Cost $24,600.00 Profit $75,400.00 Margin 75.4" in after
    assert "Database fixed $1,000.00" in after
    assert "Support 2 people $8,000.00" in after
    assert "harbor : price missing" in after


async def test_a_line_that_is_no_cost_is_told_and_kept(operator: Browser) -> None:
    """Nothing of the form is lost."""
    wrong = {**OVERHEADS, "fixed_costs": "servers 2000\ndatabase"}

    answer = await operator.submit(PAGE, f"{PAGE}/overheads", **wrong)

    assert answer.status_code == 400
    assert "“database” must be a name and an amount." in answer.text
    assert "servers 2000\ndatabase</textarea>" in answer.text


async def test_a_projection_is_worked_out_for_several_sizes(operator: Browser) -> None:
    """By an address that can be passed on; nothing is kept."""
    text = text_of((await operator.get(f"{PAGE}/projection?{urlencode(PLAN)}")).text)

    assert "Clients 3 25 Revenue $12,000.00 $100,000.00" in text
    assert "Support $4,000.00 1 person $8,000.00 2 people" in text
    assert "All costs $9,336.00 $24,600.00" in text
    assert "Profit $2,664.00 $75,400.00" in text


async def test_a_projection_begins_with_what_is_known(gateway: Running, operator: Browser) -> None:
    """What is paid whatever happens need not be typed twice."""
    await operator.submit(PAGE, f"{PAGE}/overheads", **OVERHEADS)

    page = (await operator.get(f"{PAGE}/projection")).text

    assert "database 1000.00" in page
    assert 'name="clients_per_person" value="15"' in page


async def test_what_makes_no_sense_is_told_beside_what_was_typed(operator: Browser) -> None:
    """A projection of no clients is none."""
    wrong = urlencode({**PLAN, "clients": "many"})

    answer = await operator.get(f"{PAGE}/projection?{wrong}")

    assert answer.status_code == 400
    assert "Clients: Must be a whole number such as 25." in answer.text
    assert 'value="many"' in answer.text


async def test_clients_know_nothing_of_it(visitor: Browser) -> None:
    """Not forbidden: not there."""
    answers = [await visitor.get(path) for path in (PAGE, f"{PAGE}/projection")]

    assert [each.status_code for each in answers] == [404, 404]
