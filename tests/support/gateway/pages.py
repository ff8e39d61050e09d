"""Reads pages as people do."""

from __future__ import annotations

import re


def text_of(page: str) -> str:
    """Gives what a reader sees of a page, roughly."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def token_of(page: str) -> str:
    """Gives the token that a page's forms bear."""
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert found is not None, "the page has no form"
    return found[1]
