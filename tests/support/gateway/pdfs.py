"""Real PDFs, made as the services make theirs."""

from __future__ import annotations

from functools import cache

import typst


@cache
def a_pdf(text: str) -> bytes:
    """Gives a page that says a text."""
    made = typst.compile(f"#set document(date: none)\n= {text}\n".encode())
    assert isinstance(made, bytes)
    return made
