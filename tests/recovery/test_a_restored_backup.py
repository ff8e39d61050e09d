"""Recovery: every store is lost and comes back from a backup that was made amid the calls."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.support.backups import back_up, destroy, restore
from tests.support.eventually import eventually
from tests.support.road import Client, Road, a_backlog

FIRST, LAST = date(2025, 6, 1), date(2025, 7, 1)
MONTH = "2025-06"


def _calls(road: Road, client: Client) -> int:
    return int(road.month_of(client, MONTH)["callCount"])


async def test_what_came_after_the_backup_is_read_from_the_journals_again(
    road: Road, tmp_path: Path
) -> None:
    """The hosts keep their journals, so the totals are the simulator's: none lost, none twice."""
    client = road.a_client()
    truth = road.legs(a_backlog(client, 20_000, FIRST, LAST)).routes[client.route_code]
    expected = truth.month(MONTH)
    await eventually(lambda: _calls(road, client) > 0, what="the first calls")

    back_up(road.suite, tmp_path)
    held = _calls(road, client)
    await eventually(lambda: _calls(road, client) > held, what="calls after the backup")
    await destroy(road.suite)
    for member in ("telephony", "usage"):
        road.suite.kill(member)
    await restore(road.suite, tmp_path)
    road.suite.restart_the_dead()

    await eventually(
        lambda: road.seconds_of(client, MONTH) == expected.billable_seconds,
        deadline_seconds=90,
        what="the total",
    )
    month = road.month_of(client, MONTH)
    assert int(month["callCount"]) == expected.legs
    assert int(month["answeredCallCount"]) == expected.answered_legs
