"""A call counts on the day of its start in the tenant's billing zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import InvalidRequest
from services.usage.domain.local_dates import BUCKET_SECONDS, local_dates


def _date(zone: str, instant: str) -> str:
    second = int(datetime.fromisoformat(instant).timestamp())
    return local_dates(zone)[second // BUCKET_SECONDS].isoformat()


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("America/New_York", "2025-11-01T03:59:59+00:00", "2025-10-31"),
        ("America/New_York", "2025-11-01T04:00:00+00:00", "2025-11-01"),
        # After the change of clocks on 2 November midnight is an hour later.
        ("America/New_York", "2025-11-03T04:59:59+00:00", "2025-11-02"),
        ("America/New_York", "2025-11-03T05:00:00+00:00", "2025-11-03"),
        ("America/Los_Angeles", "2025-10-01T06:59:59+00:00", "2025-09-30"),
        ("Asia/Kathmandu", "2025-10-01T18:15:00+00:00", "2025-10-02"),
        ("Pacific/Kiritimati", "2025-10-01T10:00:00+00:00", "2025-10-02"),
        ("UTC", "2025-10-01T23:59:59+00:00", "2025-10-01"),
    ],
)
def test_days_begin_at_local_midnight(zone: str, instant: str, day: str) -> None:
    assert _date(zone, instant) == day


@given(
    st.integers(min_value=946_684_800, max_value=2_000_000_000),
    st.sampled_from(["America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/London"]),
)
def test_a_quarter_of_an_hour_lies_on_one_day(second: int, zone: str) -> None:
    exact = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).date()

    assert local_dates(zone)[second // BUCKET_SECONDS] == exact


@pytest.mark.parametrize("zone", ["", "Nowhere/City", "../etc/passwd", "America", "/etc/localtime"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        local_dates(zone)

    assert refused.value.violations[0].field == "time_zone"
