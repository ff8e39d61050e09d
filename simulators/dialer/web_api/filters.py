"""What the API silently takes out of a value before it uses it."""

from __future__ import annotations

import re
from collections.abc import Callable

Filter = Callable[[str], str]


def _keeping(allowed: str) -> Filter:
    unwanted = re.compile(f"[^{allowed}]")
    return lambda value: unwanted.sub("", value)


word = _keeping("-_0-9A-Za-z")
letters = _keeping("0-9A-Za-z")
digits = _keeping("0-9")
pattern = _keeping(":+*#._0-9A-Za-z")
name = _keeping("- _'+.,&@/()0-9A-Za-z\\u00c0-\\u024f")
flag = _keeping("YN")


def text(value: str) -> str:
    """Free text, without what ends a statement or a comment."""
    return re.sub('[;#"\\\\]', "", value)


def cut(value: str, width: int) -> str:
    """What a column of this width keeps."""
    return value[:width]
