"""The operator looks at what a carrier's sheet would change before taking it."""

from __future__ import annotations

from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

PAGE = "/costs"
SHEET = {"carrier": "north", "currency": "usd", "sheet": "Zone,Rate\nUS,0.0085\nGB,0.03"}


async def test_a_sheet_is_looked_at_first(gateway: Running, operator: Browser) -> None:
    """What changes, and whose prices lose money by it; nothing is taken, nothing typed is lost."""
    answer = await operator.submit(PAGE, f"{PAGE}/sheets", **SHEET)

    text = text_of(answer.text)
    assert "2 rows were read. Nothing is taken yet." in text
    assert "US dearer — $0.0085 by 30/6 s" in text
    assert "abc-solar , GB: price below cost; sold at $0.025, costs $0.03" in text
    assert "US,0.0085\nGB,0.03</textarea>" in answer.text
    assert gateway.world.cost_books == []


async def test_a_sheet_that_loses_money_is_taken_only_if_that_is_meant(
    gateway: Running, operator: Browser
) -> None:
    """What a carrier charges is so, but nobody is to overlook it."""
    refused = await operator.submit(PAGE, f"{PAGE}/sheets", take="1", **SHEET)
    await operator.submit(PAGE, f"{PAGE}/sheets", take="1", allow_loss="1", **SHEET)

    assert refused.status_code == 400
    assert "By this sheet a price loses money." in refused.text
    assert "Nov 1, 2025 north USD 2" in text_of((await operator.get(PAGE)).text)


async def test_rows_that_cannot_be_read_are_named(gateway: Running, operator: Browser) -> None:
    """By their lines; such a sheet is not taken at all."""
    form = {**SHEET, "sheet": "Zone,Rate\nUS,0.0085\nGB", "take": "1"}

    answer = await operator.submit(PAGE, f"{PAGE}/sheets", **form)

    assert answer.status_code == 400
    assert "Line 3: It has no rate." in answer.text
    assert gateway.world.cost_books == []


async def test_clients_know_nothing_of_costs(visitor: Browser) -> None:
    """Not forbidden: not there."""
    assert (await visitor.get(PAGE)).status_code == 404
