"""A call is stored exactly once; another body is a correction that is kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import asyncpg
import pytest

from services.kit.db.transaction import Database
from services.kit.db.urls import driver_dsn
from services.kit.errors import InvalidRequest, Unavailable
from services.usage.domain.calls import BatchOutcome
from services.usage.domain.summary import Day
from services.usage.store import UsageStore
from services.usage.usecases.record_calls import CallRecorder
from tests.store.usage.conftest import November, Recording, at_once
from tests.support.builders.usage import a_batch, a_call
from tests.support.figures import bars_of, bars_of_calls, calls_of
from tests.support.postgres import ServiceDatabase

Usage = Database[UsageStore]


async def test_new_calls_are_stored_with_their_figures(
    db: Usage, tenant: str, record: Recording, november: November
) -> None:
    outcome = await record(a_call("1"), a_call("2", seconds=None), a_call("3", seconds=95))

    assert outcome == BatchOutcome(inserted_count=3, revised_count=0, unchanged_count=0)
    assert await bars_of(db, tenant) == {(1, "US", 0): 1, (1, "US", 60): 1, (1, "US", 95): 1}
    assert (await november()).days == [Day(date(2025, 11, 3), 3, 2, 155)]


async def test_a_repeated_batch_changes_nothing(db: Usage, tenant: str, record: Recording) -> None:
    await record(a_call("1"), a_call("2"))

    outcome = await record(a_call("2"), a_call("1"))

    assert outcome == BatchOutcome(inserted_count=0, revised_count=0, unchanged_count=2)
    assert await bars_of(db, tenant) == {(1, "US", 60): 2}


async def test_a_batch_of_everything_is_told_apart(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(a_call("same"), a_call("changed"))

    outcome = await record(a_call("new"), a_call("same"), a_call("changed", seconds=75))

    assert outcome == BatchOutcome(inserted_count=1, revised_count=1, unchanged_count=1)
    assert await bars_of(db, tenant) == {(1, "US", 60): 2, (1, "US", 75): 1}


async def test_a_changed_talk_time_moves_the_figures_by_the_difference(
    db: Usage, tenant: str, record: Recording, november: November
) -> None:
    await record(a_call("1", seconds=60), a_call("2", seconds=60))

    await record(a_call("1", seconds=75))

    assert await bars_of(db, tenant) == {(1, "US", 60): 1, (1, "US", 75): 1}
    assert (await november()).days == [Day(date(2025, 11, 3), 2, 2, 135)]


async def test_a_late_disposition_revises_the_description_alone(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(a_call("1"))

    outcome = await record(a_call("1", disposition="SALE", agent="kim"))

    (call,) = await calls_of(db, tenant)
    assert outcome.revised_count == 1
    assert (call.disposition, call.agent, call.revision_count) == ("SALE", "kim", 1)
    assert await bars_of(db, tenant) == {(1, "US", 60): 1}


async def test_a_revision_keeps_what_the_call_was(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(a_call("1", disposition="NA"))
    await record(a_call("1", disposition="SALE"))
    await record(a_call("1", disposition="SALE", seconds=75))

    async with db.raw_connection(tenant) as connection:
        rows = await connection.fetch(
            "SELECT revision, body_before ->> 'disposition' AS before,"
            " body_after ->> 'disposition' AS after,"
            " body_before ->> 'billable_seconds' AS seconds_before,"
            " body_after ->> 'billable_seconds' AS seconds_after"
            " FROM call_revisions ORDER BY revision"
        )
    assert [tuple(row) for row in rows] == [
        (1, "NA", "SALE", "60", "60"),
        (2, "SALE", "SALE", "60", "75"),
    ]


async def test_a_corrected_number_moves_the_call_to_its_zone(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(a_call("1"))

    await record(a_call("1", called_number="14165550123"))

    assert await bars_of(db, tenant) == {(1, "CA", 60): 1}


async def test_the_local_date_never_changes(
    db: Usage, tenant: str, record: Recording, november: November
) -> None:
    late = datetime(2025, 11, 4, 6, 30, tzinfo=UTC)
    await record(a_call("1", start=late), time_zone="America/New_York")

    await record(a_call("1", start=late, seconds=75), time_zone="America/Los_Angeles")

    assert (await november()).days == [Day(date(2025, 11, 4), 1, 1, 75)]


async def test_calls_of_several_months_lie_in_partitions_of_their_own(
    db: Usage, tenant: str, record: Recording
) -> None:
    last, first = datetime(2025, 9, 30, 23, 59, 59, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)
    await record(a_call("1", start=last), a_call("2", start=first))

    async with db.raw_connection(tenant) as connection:
        rows = await connection.fetch(
            "SELECT tableoid::regclass::text AS partition FROM calls ORDER BY call_id"
        )
    assert [row["partition"] for row in rows] == ["calls_p202509", "calls_p202510"]


async def test_one_id_cannot_have_two_starts(db: Usage, tenant: str, record: Recording) -> None:
    await record(a_call("1"))
    moved = a_call("1", start_time_millis=a_call("1").start_time_millis + 40 * 86_400_000)

    with pytest.raises(InvalidRequest):
        await record(moved)

    assert len(await calls_of(db, tenant)) == 1


async def test_a_bad_call_keeps_its_whole_batch_out(
    db: Usage, tenant: str, record: Recording
) -> None:
    with pytest.raises(InvalidRequest):
        await record(a_call("1"), a_call("2", billable_seconds=1))

    assert await calls_of(db, tenant) == []


async def test_two_writers_at_once_store_each_call_once(
    db: Usage, tenant: str, record: Recording
) -> None:
    batches = [
        [a_call(str(number), seconds=number) for number in range(first, first + 200)]
        for first in (0, 100, 50, 0, 150)
    ]

    outcomes = await asyncio.gather(*(record(*batch) for batch in batches))

    assert sum(outcome.inserted_count for outcome in outcomes) == 350
    assert sum(outcome.revised_count for outcome in outcomes) == 0
    assert len(await calls_of(db, tenant)) == 350
    assert await bars_of(db, tenant) == await bars_of_calls(db, tenant)


async def test_a_batch_that_is_killed_leaves_nothing_and_can_be_sent_again(
    db: Usage, tenant: str, record: Recording, usage_database: ServiceDatabase
) -> None:
    batch = a_batch(tenant, a_call("1"), a_call("2"))

    async def kill() -> None:
        # Nobody's connections but those of this test's tenant are in a transaction now.
        admin = await asyncpg.connect(driver_dsn(usage_database.admin_url))
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
            " AND usename = 'usage_service' AND state = 'idle in transaction'",
            usage_database.name,
        )
        await admin.close()

    with pytest.raises(Unavailable):
        await CallRecorder(db).record(batch, kill)

    assert await calls_of(db, tenant) == []
    assert (await CallRecorder(db).record(batch, at_once)).inserted_count == 2
    assert await bars_of(db, tenant) == {(1, "US", 60): 2}


async def test_a_tenant_sees_no_call_of_another(db: Usage, tenant: str, record: Recording) -> None:
    await record(a_call("1"))
    other = Recording(db, f"{tenant}-x")
    await other(a_call("1", seconds=75))

    assert [call.billable_seconds for call in await calls_of(db, tenant)] == [60]
    assert [call.billable_seconds for call in await calls_of(db, other.tenant_id)] == [75]
    assert await bars_of(db, tenant) == {(1, "US", 60): 1}


async def test_the_operators_prefixes_give_zones(
    db: Usage, tenant: str, usage_database: ServiceDatabase
) -> None:
    async with db.operator_raw_connection() as connection:
        await connection.execute("INSERT INTO zone_prefixes VALUES ('1907555', 'ARCTIC')")

    await Recording(db, tenant)(a_call("1", called_number="19075550123"))

    assert await bars_of(db, tenant) == {(1, "ARCTIC", 60): 1}
