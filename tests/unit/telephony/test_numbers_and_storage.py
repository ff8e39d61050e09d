"""Days of numbers that come back, their rest, and bytes as gigabytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit.errors import InvalidRequest
from services.telephony.domain.did import QUARANTINE_DAYS, Did, days_to_meter, released
from services.telephony.domain.stock import (
    StockNumber,
    StockState,
    numbers_without_plus,
    prefix_of,
)
from services.telephony.domain.storage import Kept, gigabytes, kept

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 400).map(lambda count: date(2026, 1, 1) + timedelta(days=count))
BYTES = st.integers(0, 10**18)


@settings(deadline=None)
@given(DAYS, DAYS, DAYS)
def test_a_number_is_charged_from_its_first_to_its_last_day(
    start: date, release: date, looked: date
) -> None:
    """Both of them, once, however late one looks; one that had not begun is charged nothing."""
    did = released(Did("t", "13125550100", start, start, AT), release)

    assert did.end_date is not None
    charged = list(days_to_meter(did, max(looked, release)))
    count = max(0, (release - start).days + 1)
    assert charged == [start + timedelta(days=each) for each in range(count)]
    assert released(did, release + timedelta(days=9)) == did


@settings(deadline=None)
@given(DAYS, st.integers(-5, 60))
def test_a_number_rests_from_its_first_day_not_held(end: date, later: int) -> None:
    """Whoever holds it ends its rest."""
    number = StockNumber("13125550100", "acme", AT, None, end)
    day = end + timedelta(days=later)

    is_over = later >= QUARANTINE_DAYS
    assert number.state(day) is (StockState.AVAILABLE if is_over else StockState.QUARANTINED)
    held = StockNumber("13125550100", "acme", AT, "t", end)
    assert held.state(day) is StockState.HELD


@settings(deadline=None)
@given(BYTES, BYTES)
def test_gigabytes_are_near_the_bytes(recordings: int, leads: int) -> None:
    """To half a kilobyte, in six decimals; full ones are counted of both together."""
    told = gigabytes(recordings)

    assert abs(told * 10**9 - recordings) <= 500
    assert told == round(told, 6)
    whole = Kept(recordings, leads).whole_gigabytes
    assert whole * 10**9 <= recordings + leads < (whole + 1) * 10**9


def test_recordings_take_what_their_kind_takes() -> None:
    """An hour of each; what is of no known kind is never taken as more than it may be."""
    seconds = {"wav": 3600, "MP3": 3600, "gsm": 3600, "http://x/y": 3600}

    assert kept(seconds, 7) == Kept(3600 * (16_000 + 2_000 + 1_650 + 1_650), 7_000)
    assert gigabytes(500) == Decimal("0.000001")


@pytest.mark.parametrize("text", ["+1 312", "1312x", "++1", "1" * 16, "%"])
def test_a_prefix_is_digits(text: str) -> None:
    """Nothing that a pattern of a database could be made of."""
    with pytest.raises(InvalidRequest):
        prefix_of(text)


def test_numbers_are_each_once_and_e164() -> None:
    """In order; the field that is wrong is named."""
    assert numbers_without_plus(["+13125550101", "+13125550100", "+13125550101"]) == [
        "13125550100", "13125550101",
    ]  # fmt: skip
    with pytest.raises(InvalidRequest, match=r"phone_numbers\[1\]"):
        numbers_without_plus(["+13125550101", "3125550101"])
    with pytest.raises(InvalidRequest):
        numbers_without_plus([])
