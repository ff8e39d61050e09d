"""Training pages: in the client's brand, and for agents who have no log-in to the portal."""

from __future__ import annotations

import re

import pytest

from services.gateway.portal.client.training import GUIDES, Guide
from tests.support.gateway.running import Browser

LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
TOPICS = (
    "How to log in", "How to create campaigns", "How to upload leads", "How to add agents",
    "How to view reports", "How billing works",
)  # fmt: skip


async def test_it_says_what_is_promised_under_the_clients_name(sunny: Browser) -> None:
    """To whoever comes, logged in or not; the operator's console has none."""
    page = await sunny.get("/training")

    assert page.status_code == 200
    assert "Welcome to ABC Solar Dialer" in page.text
    assert [topic for topic in TOPICS if topic not in page.text] == []


async def test_the_console_has_no_training(operator: Browser) -> None:
    """What clients are taught is theirs."""
    assert (await operator.get("/training")).status_code == 404


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.guide_id)
async def test_each_guide_has_its_topics_and_leads_nowhere_wrong(
    visitor: Browser, guide: Guide
) -> None:
    """Every page that it sends people to is there."""
    page = (await visitor.get(guide.path)).text
    # Agents' own door stands elsewhere.
    links = sorted({found for found in LINK.findall(page) if found != "/agent"})

    assert [topic for topic, _ in guide.topics if f'id="{topic}"' not in page] == []
    for link in links:
        assert (await visitor.get(link)).status_code in (200, 303), link


async def test_what_is_no_guide_is_not_found(visitor: Browser) -> None:
    """Nor anything else of the folder."""
    for path in ("/training/guide", "/training/overview", "/training/x"):
        assert (await visitor.get(path)).status_code == 404
