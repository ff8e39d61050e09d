"""A cluster small enough for tests: two hosts, three routes, every fault, done in a second."""

from __future__ import annotations

from simulators.dialer.scenario import BadLines, History, Host, Live, Route, Scenario

FIRST_HOST = Host("dialer-1", "10.20.0.11")
SECOND_HOST = Host("dialer-2", "10.20.0.12")

SCENARIO = Scenario(
    name="small",
    cluster="test",
    time_zone="America/New_York",
    routes=(
        Route(
            code="abc1",
            tenant="abc-solar",
            time_zone="America/New_York",
            prefix="ABC",
            dial_prefix="7101",
            dids=("12125550140", "12125550141"),
            host=FIRST_HOST,
            leads=300,
            histories=(
                History("2025-11", billable_seconds=60_001, average_talk_seconds=60),
                History("0", billable_seconds=30_000, average_talk_seconds=60),
            ),
            live=Live(legs_per_second=20.0, average_talk_seconds=10),
        ),
        Route(
            code="cst1",
            tenant="coastline-insurance",
            time_zone="America/Los_Angeles",
            prefix="CST",
            dial_prefix="7103",
            dids=("14155550160",),
            host=SECOND_HOST,
            leads=300,
            histories=(
                History("-1", seconds_per_day=1_000, average_talk_seconds=60),
                History("0", seconds_per_day=1_000, average_talk_seconds=60),
            ),
        ),
        Route(
            code="spare1",
            tenant="",
            time_zone="America/New_York",
            prefix="SPR",
            dial_prefix="7104",
            dids=(),
            host=SECOND_HOST,
            campaigns=1,
            leads=50,
            histories=(History("0", billable_seconds=600, average_talk_seconds=30),),
            bad_lines=BadLines(malformed=2, truncated=2, bad_check=2, future_dated=1, duplicates=2),
        ),
    ),
)
