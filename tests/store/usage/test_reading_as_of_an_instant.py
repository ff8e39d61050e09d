"""Figures as stored before an instant are the same whenever they are asked for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kit.clock import MovableClock
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.usage.domain.measurement import Meter
from services.usage.domain.quantities import Span
from services.usage.store import UsageStore
from services.usage.usecases.read_quantities import read_quantities
from services.usage.usecases.record_calls import CallRecorder
from services.usage.usecases.record_measurements import record_measurements
from tests.store.usage.conftest import Recording
from tests.support.builders.usage import MeasuredCall, a_batch, a_call, a_reading, a_tenant_id
from tests.support.figures import NOVEMBER, Bars, bars_of, bars_of_calls
from tests.support.postgres import ServiceDatabase

Usage = Database[UsageStore]

_START = datetime(2025, 11, 1, 3, 0, tzinfo=UTC)
# Few calls with few bodies, so that repeats and corrections come by themselves; over two months.
_CALLS = st.builds(
    lambda number, seconds, disposition: a_call(
        f"p{number}",
        start=_START + timedelta(hours=number),
        seconds=seconds,
        disposition=disposition,
    ),
    number=st.integers(0, 5),
    seconds=st.sampled_from([None, 0, 30, 60]),
    disposition=st.sampled_from(["", "NA", "SALE"]),
)
_BATCHES = st.lists(_CALLS, min_size=1, max_size=5, unique_by=lambda call: call.call_id)


async def test_what_comes_later_is_not_in_earlier_figures(
    db: Usage, tenant: str, record: Recording, clock: MovableClock
) -> None:
    await record(a_call("1", seconds=60))
    clock.advance(minutes=1)
    before = clock.now()
    clock.advance(minutes=1)
    await record(a_call("1", seconds=75), a_call("2", seconds=30))

    assert await bars_of(db, tenant, before) == {(1, "US", 60): 1}
    assert await bars_of(db, tenant, clock.now()) == {(1, "US", 60): 1}
    clock.advance(seconds=1)
    assert await bars_of(db, tenant) == {(1, "US", 75): 1, (1, "US", 30): 1}


async def test_what_is_stored_at_an_instant_is_not_stored_before_it(
    db: Usage, tenant: str, record: Recording, clock: MovableClock
) -> None:
    await record(a_call("1"))

    assert await bars_of(db, tenant, clock.now()) == {}


async def test_without_an_instant_all_that_is_stored_is_read_and_can_be_read_again(
    db: Usage, tenant: str, record: Recording
) -> None:
    await record(a_call("1"))

    found = await read_quantities(db, tenant, NOVEMBER, None)
    await record(a_call("2"))
    again = await read_quantities(db, tenant, NOVEMBER, found.as_of_time)

    assert [bar.calls for bar in found.bars] == [1]
    assert again == found


async def test_nothing_is_stored_before_an_instant_that_was_read(
    db: Usage, tenant: str, record: Recording, clock: MovableClock
) -> None:
    await record(a_call("1"))
    clock.advance(hours=1)
    read = clock.now()
    first = await bars_of(db, tenant, read)

    # A replica whose clock is behind.
    clock.advance(hours=-1)
    await record(a_call("2"))
    clock.advance(hours=2)

    assert await bars_of(db, tenant, read) == first


async def test_reading_waits_for_who_is_storing(
    db: Usage, tenant: str, record: Recording, clock: MovableClock
) -> None:
    await record(a_call("0", seconds=1))
    has_begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow_writer() -> None:
        async with db.transaction(tenant) as store:
            stored_time = await store.state.next_stored_time(clock.now())
            has_begun.set()
            await may_end.wait()
            await store.measurements.record([a_reading()], stored_time)

    writing = asyncio.create_task(slow_writer())
    await has_begun.wait()
    clock.advance(minutes=1)
    reading = asyncio.create_task(read_quantities(db, tenant, NOVEMBER, None))
    done, _ = await asyncio.wait({reading}, timeout=0.2)
    may_end.set()
    await writing

    assert not done
    assert [total.meter for total in (await reading).meter_totals] == [Meter.DID_DAYS]


async def test_readings_are_read_as_of_an_instant_too(
    db: Usage, tenant: str, clock: MovableClock
) -> None:
    hours = a_reading("training", meter=Meter.SUPPORT_HOURS, quantity="2")
    await record_measurements(db, tenant, [a_reading("1"), a_reading("2"), hours])
    clock.advance(minutes=1)
    before = clock.now()
    corrected = a_reading("training", meter=Meter.SUPPORT_HOURS, quantity="3.5")
    await record_measurements(db, tenant, [a_reading("2", quantity="0"), corrected])
    clock.advance(minutes=1)

    then = await read_quantities(db, tenant, NOVEMBER, before)
    now = await read_quantities(db, tenant, NOVEMBER, None)

    assert [(t.meter, t.subject_count, str(t.sum)) for t in then.meter_totals] == [
        (Meter.DID_DAYS, 2, "2.000000"),
        (Meter.SUPPORT_HOURS, 1, "2.000000"),
    ]
    assert [(t.meter, t.subject_count, str(t.sum)) for t in now.meter_totals] == [
        (Meter.DID_DAYS, 1, "1.000000"),
        (Meter.SUPPORT_HOURS, 1, "3.500000"),
    ]


async def test_the_future_is_not_read(db: Usage, tenant: str, clock: MovableClock) -> None:
    with pytest.raises(InvalidRequest):
        await read_quantities(db, tenant, NOVEMBER, clock.now() + timedelta(microseconds=1))


@pytest.mark.parametrize("days", [0, -1, 401])
async def test_a_span_has_a_length(db: Usage, tenant: str, days: int) -> None:
    span = Span(NOVEMBER.start_date, NOVEMBER.start_date + timedelta(days=days))

    with pytest.raises(InvalidRequest):
        await read_quantities(db, tenant, span, None)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(_BATCHES, min_size=1, max_size=8))
async def test_the_histogram_is_the_sum_over_the_calls_for_ever(
    batches: list[list[MeasuredCall]],
    db: Usage,
    clock: MovableClock,
    usage_database: ServiceDatabase,
) -> None:
    """For any sequence of batches, repeats, corrections and orders."""
    tenant = a_tenant_id()
    recorder = CallRecorder(db)
    seen: list[tuple[datetime, Bars]] = []
    for batch in batches:
        await recorder.record(a_batch(tenant, *batch), _at_once)
        clock.advance(seconds=1)
        expected = await bars_of_calls(db, tenant)
        assert await bars_of(db, tenant) == expected
        seen.append((clock.now(), expected))

    for instant, bars in seen:
        assert await bars_of(db, tenant, instant) == bars


async def _at_once() -> None:
    """The turn of a batch that is alone."""
