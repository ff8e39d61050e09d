"""Reads pages as people do."""

from __future__ import annotations

import re


def text_of(page: str) -> str:
    """Gives what a reader sees of a page, roughly."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
