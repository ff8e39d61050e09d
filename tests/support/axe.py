"""What axe has against a page that a browser shows."""

from __future__ import annotations

from playwright.async_api import Page, ViewportSize

from dev.assets import AXE

DESK = ViewportSize(width=1280, height=900)
TELEPHONE = ViewportSize(width=390, height=844)
# What depends on light and room, and so is looked for in more than one of them.
_OF_LIGHT = ["color-contrast", "link-in-text-block"]
_OF_ROOM = [*_OF_LIGHT, "scrollable-region-focusable", "target-size"]
_RUN = """rules => axe.run(document, rules ? {runOnly: rules} : {}).then(found => found.violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => `${each.id}: ` + each.nodes.slice(0, 3).map(
    node => `${node.target} ${node.failureSummary}`).join("; ")))"""
# Rows of a table and the like are alike: judging ten of them is enough.
_THIN = """() => { for (const parent of document.querySelectorAll("main, main *"))
  for (const extra of [...parent.children].slice(10))
    if (extra.matches("tr, li, section, details, article, div, dt, dd")) extra.remove(); }"""


async def complaints_of_axe(page: Page, on_telephone: bool) -> list[str]:
    """Gives what is serious or critical by day and by night; takes rows away from the page."""
    await page.evaluate(_THIN)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    told = await _run(page, "by day", None)
    try:
        await page.emulate_media(color_scheme="dark")
        told += await _run(page, "by night", _OF_LIGHT)
        if on_telephone:
            await page.set_viewport_size(TELEPHONE)
            told += await _run(page, "on a telephone", _OF_ROOM)
    finally:
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size(DESK)
    return told


async def _run(page: Page, where: str, rules: list[str] | None) -> list[str]:
    found: list[str] = await page.evaluate(_RUN, rules)
    return [f"{page.url} {where}: {each}" for each in found]
