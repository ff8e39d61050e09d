"""Months of a billing zone, as they stand in names: `2025-10`."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from services.kit.errors import InvalidRequest

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def span_of_month(text: str, field: str = "name") -> tuple[date, date]:
    """Gives the first day of a month and that of the next; refuses what is no month."""
    found = _MONTH.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    except ValueError:
        raise InvalidRequest.at(field, "Must end in a month, for example 2025-10.") from None
