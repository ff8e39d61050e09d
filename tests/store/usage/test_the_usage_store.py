"""usage's tables: protected, as migrated, and unable to hold what must not be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from services.kit.clock import MovableClock
from services.kit.db.inspection import unprotected_tables
from services.kit.db.migrations import differences
from services.kit.db.transaction import Database
from services.usage.domain.measurement import Meter
from services.usage.store import UsageStore
from services.usage.store.calls import CallFilter
from services.usage.store.tables import metadata
from services.usage.usecases.record_measurements import record_measurements
from tests.store.usage.conftest import November, Recording
from tests.support.builders.usage import a_call, a_reading
from tests.support.postgres import ServiceDatabase

Usage = Database[UsageStore]


async def test_the_tables_are_as_the_migrations_made_them(usage_database: ServiceDatabase) -> None:
    assert await differences("usage", usage_database.owner_url, metadata) == []


async def test_every_table_is_protected_and_every_partition_too(
    db: Usage, record: Recording
) -> None:
    await record(a_call("1"))

    async with db.operator_connection() as connection:
        assert await unprotected_tables(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE call_revisions SET revision = 9",
        "DELETE FROM call_revisions",
        "UPDATE histogram_changes SET calls_differences = '{}'",
        "DELETE FROM histogram_changes",
        "UPDATE measurement_revisions SET quantity = 0",
        "DELETE FROM measurement_revisions",
        "INSERT INTO zone_prefixes VALUES ('44', 'UK')",
        "SELECT FROM calls_p202511",
    ],
)
async def test_history_cannot_be_edited(
    db: Usage, tenant: str, record: Recording, statement: str
) -> None:
    await record(a_call("1"))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.raw_connection(tenant) as connection:
            await connection.execute(statement)


async def test_a_bar_cannot_fall_below_zero(db: Usage, tenant: str, record: Recording) -> None:
    await record(a_call("1"))

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.raw_connection(tenant) as connection:
            await connection.execute("UPDATE histogram SET calls = calls - 2")


async def test_calls_are_listed_latest_first_and_page_by_page(
    db: Usage, tenant: str, record: Recording
) -> None:
    start = datetime(2025, 10, 31, 23, 0, tzinfo=UTC)
    calls = [a_call(str(hour), start=start + timedelta(hours=hour)) for hour in range(5)]
    await record(*calls)

    async with db.read(tenant) as store:
        first = await store.calls.list_before(None, CallFilter(), 3)
        second = await store.calls.list_before(first[-1].call_id, CallFilter(), 3)

    listed = [call.call_id for call in first + second]
    assert listed == [call.call_id for call in reversed(calls)]


async def test_calls_are_listed_by_local_date(db: Usage, tenant: str, record: Recording) -> None:
    start = datetime(2025, 11, 2, 3, 30, tzinfo=UTC)
    await record(
        a_call("on the first", start=start),
        a_call("on the second", start=start + timedelta(hours=1)),
        a_call("on the third", start=start + timedelta(hours=26)),
    )

    async with db.read(tenant) as store:
        found = await store.calls.list_before(
            None, CallFilter(date(2025, 11, 2), date(2025, 11, 3)), 10
        )

    assert [call.local_date for call in found] == [date(2025, 11, 2)]


async def test_answered_calls_can_be_listed_alone(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(a_call("1", seconds=None), a_call("2", seconds=0))

    async with db.read(tenant) as store:
        found = await store.calls.list_before(None, CallFilter(answered_only=True), 10)

    assert [call.call_id for call in found] == [a_call("2").call_id]


async def test_a_page_reads_only_the_partitions_it_can_be_in(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(*(a_call(start=datetime(2025, month, 15, tzinfo=UTC)) for month in range(1, 12)))

    async with db.raw_connection(tenant) as connection:
        first, last = a_call(start=datetime(2025, 6, 1, tzinfo=UTC)).call_id[:8], "w"
        plan = await connection.fetch(
            "EXPLAIN SELECT * FROM calls WHERE tenant_id = $1 AND call_id >= $2 AND call_id < $3",
            tenant,
            first,
            a_call(start=datetime(2025, 7, 1, tzinfo=UTC)).call_id[:8],
        )
    text = "\n".join(row[0] for row in plan)
    assert last > first
    assert "calls_p202506" in text
    assert "calls_p202505" not in text
    assert "calls_p202507" not in text


async def test_a_month_without_usage_has_zeros(db: Usage, tenant: str, november: November) -> None:
    summary = await november()

    assert (summary.days, summary.did_count, summary.as_of_time) == ([], 0, None)


async def test_a_number_held_on_any_day_of_the_month_counts_once(
    db: Usage, tenant: str, november: November
) -> None:
    await record_measurements(
        db,
        tenant,
        [
            a_reading("1", day=date(2025, 11, 1)),
            a_reading("1", day=date(2025, 11, 30)),
            a_reading("2", day=date(2025, 11, 30)),
            a_reading("3", day=date(2025, 11, 30), quantity="0"),
            a_reading("4", day=date(2025, 12, 1)),
        ],
    )

    assert (await november()).did_count == 2


async def test_a_summary_says_until_when_it_is_complete(
    db: Usage, tenant: str, record: Recording, clock: MovableClock, november: November
) -> None:
    await record(a_call("1"))

    assert (await november()).as_of_time == clock.now() + timedelta(microseconds=1)


async def test_the_same_reading_again_changes_nothing(
    db: Usage, tenant: str, clock: MovableClock
) -> None:
    await record_measurements(db, tenant, [a_reading()])
    clock.advance(minutes=1)
    await record_measurements(db, tenant, [a_reading()])

    async with db.raw_connection(tenant) as connection:
        assert await connection.fetchval("SELECT count(*) FROM measurement_revisions") == 1


async def test_readings_are_listed_latest_date_first(db: Usage, tenant: str) -> None:
    readings = [
        a_reading("b", day=date(2025, 11, 2)),
        a_reading("a", day=date(2025, 11, 2)),
        a_reading("x", day=date(2025, 11, 1), meter=Meter.STORAGE_GIGABYTES, quantity="500"),
        a_reading("c", day=date(2025, 11, 1)),
    ]
    await record_measurements(db, tenant, readings[::-1])

    async with db.read(tenant) as store:
        first = await store.measurements.list_before(None, 3)
        last = first[-1]
        rest = await store.measurements.list_before((last.local_date, last.meter, last.subject), 3)

    assert first + rest == readings
