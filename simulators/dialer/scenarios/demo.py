"""The demo's cluster: three clients in three time zones, and a route that nobody owns yet."""

from __future__ import annotations

from simulators.dialer.scenario import BadLines, History, Host, Live, Route, Scenario

HOST = Host("dialer-1", "10.20.0.11")


def _dids(area: str, first: int, count: int) -> tuple[str, ...]:
    """Numbers of the block 555-0100 to 555-0199, which is kept free for fiction."""
    return tuple(f"1{area}5550{first + n}" for n in range(count))


ABC_SOLAR = Route(
    code="abc1",
    tenant="abc-solar",
    time_zone="America/New_York",
    prefix="ABC",
    dial_prefix="7101",
    dids=_dids("212", 140, 10),
    host=HOST,
    agents=12,
    histories=(
        # 99,999.5 minutes, which a tariff that rounds a month's total up bills as 100,000.
        History("2025-10", billable_seconds=5_999_970, average_talk_seconds=118),
        History("0", seconds_per_day=60_000),
    ),
    live=Live(legs_per_second=0.8, average_talk_seconds=24),
)

MERIDIAN_HVAC = Route(
    code="mer1",
    tenant="meridian-hvac",
    time_zone="America/Chicago",
    prefix="MER",
    dial_prefix="7102",
    dids=_dids("312", 150, 10),
    host=HOST,
    agents=5,
    # Not dialed live, so that the month's figure stays what it is.
    histories=(History("0", billable_seconds=2_713_741, average_talk_seconds=108),),
)

COASTLINE_INSURANCE = Route(
    code="cst1",
    tenant="coastline-insurance",
    time_zone="America/Los_Angeles",
    prefix="CST",
    dial_prefix="7103",
    dids=_dids("415", 160, 6),
    host=HOST,
    campaigns=3,
    agents=10,
    histories=(
        History("-2", seconds_per_day=25_000, average_talk_seconds=96),
        History("-1", seconds_per_day=26_000, average_talk_seconds=96),
        History("0", seconds_per_day=27_000, average_talk_seconds=96),
    ),
    live=Live(legs_per_second=1.2, average_talk_seconds=60),
)

SPARE = Route(
    code="spare1",
    tenant="",
    time_zone="America/New_York",
    prefix="SPR",
    dial_prefix="7104",
    dids=(),
    host=HOST,
    campaigns=1,
    agents=2,
    leads=200,
    histories=(History("0", billable_seconds=21_600, average_talk_seconds=90),),
    bad_lines=BadLines(malformed=2, truncated=2, bad_check=2, future_dated=1, duplicates=2),
)

SCENARIO = Scenario(
    name="demo",
    cluster="east",
    time_zone="America/New_York",
    routes=(ABC_SOLAR, MERIDIAN_HVAC, COASTLINE_INSURANCE, SPARE),
)
