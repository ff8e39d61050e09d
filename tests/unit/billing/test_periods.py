"""Billing periods: anchor days that some months have not, and months of odd hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.month import Month

DAYS = st.dates(date(2001, 1, 1), date(2198, 12, 31))
ANCHORS = st.integers(1, 31)


@given(day=DAYS, anchor=ANCHORS)
def test_each_day_is_in_exactly_one_period(day: date, anchor: int) -> None:
    """Periods follow each other without a gap, whatever days their months have."""
    month = Month.of(day, anchor)

    assert month.first_date <= day < month.end_date
    assert month.next.first_date == month.end_date
    assert month.previous.end_date == month.first_date
    assert month.next.previous == month
    assert 28 <= (month.end_date - month.first_date).days <= 31


@pytest.mark.parametrize(
    ("name", "anchor", "first", "end"),
    [
        ("2025-10", 1, date(2025, 10, 1), date(2025, 11, 1)),
        ("2025-12", 15, date(2025, 12, 15), date(2026, 1, 15)),
        ("2026-01", 31, date(2026, 1, 31), date(2026, 2, 28)),
        ("2026-02", 31, date(2026, 2, 28), date(2026, 3, 31)),
        ("2024-02", 30, date(2024, 2, 29), date(2024, 3, 30)),
        ("2026-03", 29, date(2026, 3, 29), date(2026, 4, 29)),
    ],
)
def test_a_period_begins_on_its_anchor_or_on_the_last_day(
    name: str, anchor: int, first: date, end: date
) -> None:
    month = Month.parse(name, "name").anchored(anchor)

    assert (month.first_date, month.end_date, str(month)) == (first, end, name)


@pytest.mark.parametrize(
    ("month", "zone", "hours"),
    [
        (Month(2025, 11), "America/New_York", 721),
        (Month(2025, 3), "America/New_York", 743),
        (Month(2025, 10), "Europe/Berlin", 745),
        (Month(2025, 4), "Australia/Lord_Howe", 720.5),
        (Month(2025, 10), "UTC", 744),
        (Month(2025, 10, 15), "America/New_York", 745),
    ],
)
def test_a_month_has_the_hours_that_its_clocks_make(month: Month, zone: str, hours: float) -> None:
    lasted = month.end_time(zone) - month.start_time(zone)

    assert lasted == timedelta(hours=hours)


def test_the_present_period_is_told_by_the_tenants_own_day() -> None:
    """Half past four in the morning of the 15th in Berlin is the 14th in New York."""
    now = datetime(2025, 11, 15, 3, 30, tzinfo=UTC)

    assert str(Month.current(now, "Europe/Berlin", 15)) == "2025-11"
    assert str(Month.current(now, "America/New_York", 15)) == "2025-10"


def test_the_anchor_is_no_part_of_a_months_name() -> None:
    """What is found by the name is found whatever was known of the anchor."""
    assert Month(2025, 10, 15) == Month(2025, 10)
    assert hash(Month(2025, 10, 15)) == hash(Month(2025, 10))
