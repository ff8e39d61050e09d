"""Months stand in names as 2025-10."""

from __future__ import annotations

from datetime import date

import pytest

from services.kit.errors import InvalidRequest
from services.usage.domain.month import span_of_month


@pytest.mark.parametrize(
    ("text", "first", "next_first"),
    [
        ("2025-10", date(2025, 10, 1), date(2025, 11, 1)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
    ],
)
def test_a_month_spans_to_the_next(text: str, first: date, next_first: date) -> None:
    assert span_of_month(text) == (first, next_first)


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025-1", "october", "9999-12", "²⁰²⁵-10"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        span_of_month(text)
