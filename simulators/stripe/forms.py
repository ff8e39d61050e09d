"""Form-encoded bodies with brackets: `metadata[tenant]=x` to nested values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_KEY = re.compile(r"[^\[\]]+")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Gives the values by their names; a list is a mapping from its indexes."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        *path, last = _KEY.findall(key)
        at = found
        for name in path:
            at = at.setdefault(name, {})
        at[last] = value
    return found
