"""A planned history: exact totals at any instant, legs in their month, one seed one history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from simulators.dialer.calls import Call, Kind, Leg, Transfer
from simulators.dialer.history import MonthTooYoung, plan
from simulators.dialer.local_time import local_time
from simulators.dialer.scenario import History, Scenario
from simulators.dialer.scenarios.demo import MERIDIAN_HVAC, SCENARIO

_ZONE = "America/Chicago"


def _scenario(*histories: History) -> Scenario:
    return replace(SCENARIO, routes=(replace(MERIDIAN_HVAC, histories=histories),))


def _at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=ZoneInfo(_ZONE)).timestamp())  # type: ignore[misc,arg-type]


def _legs(calls: list[Call]) -> list[Leg]:
    return [leg for call in calls for leg in call.legs]


@pytest.mark.parametrize(
    "now",
    [
        pytest.param((2026, 6, 1, 0, 0, 40), id="forty seconds into the month"),
        pytest.param((2026, 6, 1, 0, 10), id="ten minutes into it"),
        pytest.param((2026, 6, 1, 9, 30), id="the first morning"),
        pytest.param((2026, 11, 1, 12), id="the day on which clocks go back"),
        pytest.param((2026, 2, 28, 23, 59, 59), id="the month's last second"),
    ],
)
def test_month_to_date_is_exact_on_any_day(now: tuple[int, ...]) -> None:
    started = _at(*now)
    calls = list(plan(_scenario(History("0", billable_seconds=271_374)), 1, started))

    legs = _legs(calls)
    clock = local_time(_ZONE)
    assert sum(leg.billable_seconds() for leg in legs) == 271_374
    assert {clock.date(leg.created())[:7] for leg in legs} == {f"{now[0]}-{now[1]:02d}"}
    assert max(leg.end_ms for leg in legs) < started * 1000
    assert all(leg.start_ms <= (leg.answer_ms or leg.end_ms) <= leg.end_ms for leg in legs)


def test_a_month_a_few_seconds_old_asks_for_patience() -> None:
    with pytest.raises(MonthTooYoung) as caught:
        list(plan(_scenario(History("0", billable_seconds=1_000)), 1, _at(2026, 6, 1, 0, 0, 10)))
    assert caught.value.seconds == 20


def test_a_named_month_and_one_before_this_one_fall_where_they_should() -> None:
    histories = (History("2025-10", billable_seconds=9_000), History("-2", seconds_per_day=300))
    legs = _legs(list(plan(_scenario(*histories), 1, _at(2026, 1, 15))))

    months: dict[str, int] = {}
    for leg in legs:
        month = local_time(_ZONE).date(leg.created())[:7]
        months[month] = months.get(month, 0) + leg.billable_seconds()
    # November has an hour more, as its clocks go back.
    assert months == {"2025-10": 9_000, "2025-11": 300 * 30 + 300 // 24}


def test_the_same_seed_makes_the_same_calls() -> None:
    scenario, now = _scenario(History("0", billable_seconds=20_000)), _at(2026, 6, 20, 12)

    assert list(plan(scenario, 7, now)) == list(plan(scenario, 7, now))
    assert list(plan(scenario, 7, now)) != list(plan(scenario, 8, now))


def test_uniqueids_are_unique_and_codes_are_not() -> None:
    legs = _legs(list(plan(_scenario(History("0", billable_seconds=300_000)), 1, _at(2026, 6, 20))))

    assert len({leg.uniqueid for leg in legs}) == len(legs)
    assert len({leg.code for leg in legs}) < len(legs)
    assert max(len(leg.uniqueid) for leg in legs) <= 20


def test_every_kind_of_call_and_leg_occurs() -> None:
    calls = list(plan(_scenario(History("0", billable_seconds=400_000)), 1, _at(2026, 11, 20)))

    assert {call.kind for call in calls} == set(Kind)
    assert {call.transfer for call in calls} == set(Transfer)
    assert {call.status for call in calls} >= {"NA", "AB", "ADC", "AA", "DROP", "SALE", "XFER"}
    assert any(leg.answer_ms and not leg.billable_seconds() for leg in _legs(calls))
    assert any(call.leg.end_ms < call.legs[1].end_ms for call in calls if len(call.legs) > 1)


def test_calls_fall_in_the_hour_that_clocks_repeat() -> None:
    calls = plan(_scenario(History("0", billable_seconds=50_000)), 1, _at(2026, 11, 20))

    local = [local_time(_ZONE).stamp(call.dialed_ms // 1000) for call in calls]
    repeated = [text for text in local if text.startswith("2026-11-01 01:30:00")]
    assert len(repeated) == 4
