"""Laws 1 and 7: whatever is killed, the totals are the simulator's own."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.eventually import eventually
from tests.support.road import Client, Road, a_backlog, faults

pytestmark = pytest.mark.kills

FIRST, LAST = date(2025, 8, 1), date(2025, 9, 1)
MONTH = "2025-08"


async def _arrives(road: Road, client: Client, seconds: int) -> None:
    await eventually(
        lambda: road.seconds_of(client, MONTH) == seconds, deadline_seconds=90, what="the total"
    )


async def _begins_to_arrive(road: Road, client: Client) -> None:
    await eventually(lambda: road.seconds_of(client, MONTH) > 0, deadline_seconds=60)


@pytest.mark.parametrize("member", ["shipper", "telephony", "usage", "postgres"])
async def test_killing_a_member_amid_a_backlog_changes_nothing(road: Road, member: str) -> None:
    """kill -9, start again: the same seconds and the same calls, no more and no less."""
    client = road.a_client()
    truth = road.legs(
        a_backlog(client, 20_000, FIRST, LAST, faults=faults(duplicates=50, malformed=20))
    ).routes[client.route_code]
    await _begins_to_arrive(road, client)

    road.suite.kill(member)
    road.suite.restart(member)
    road.suite.restart_the_dead()

    expected = truth.month(MONTH)
    await _arrives(road, client, expected.billable_seconds)
    month = road.month_of(client, MONTH)
    assert int(month["callCount"]) == expected.legs
    assert int(month["answeredCallCount"]) == expected.answered_legs


async def test_the_days_are_the_simulators_own_days(road: Road) -> None:
    """Local dates in the client's zone, through every fault that a journal can have."""
    client = road.a_client("America/Los_Angeles")
    truth = road.legs(
        a_backlog(
            client,
            3_000,
            FIRST,
            LAST,
            faults=faults(duplicates=9, malformed=9, late_lines=9, truncated_last_line=True),
        )
    ).routes[client.route_code]

    await _arrives(road, client, truth.month(MONTH).billable_seconds)

    days = {
        _date(day["date"]): (int(day["callCount"]), int(day["billableSeconds"]))
        for day in road.month_of(client, MONTH)["days"]
    }
    assert days == {day: (found.legs, found.billable_seconds) for day, found in truth.days.items()}


async def test_legs_of_a_route_that_is_nobodys_wait_and_are_charged_once(road: Road) -> None:
    """The operator sees them; assigning the route sends them on."""
    client = road.a_client()
    orphan = Client(client.tenant_id, client.time_zone, f"x{client.route_code}", client.rest, "")
    truth = road.legs(a_backlog(orphan, 200, FIRST, LAST)).routes[orphan.route_code]
    await eventually(lambda: _waiting(road, orphan.route_code) == 200, deadline_seconds=30)

    name = road.a_route(orphan.route_code)
    road.operator.post(f"/v1/{name}:assign", {"tenant": client.name})

    await _arrives(road, client, truth.all().billable_seconds)
    assert _waiting(road, orphan.route_code) == 0
    assert int(road.month_of(client, MONTH)["callCount"]) == 200


def _waiting(road: Road, route_code: str) -> int:
    summaries = road.operator.get("/v1/unassignedLegs:summarize").get("routeSummaries", [])
    return sum(int(each["legCount"]) for each in summaries if each["routeCode"] == route_code)


def _date(day: dict[str, int]) -> str:
    return f"{day['year']:04d}-{day['month']:02d}-{day['day']:02d}"
