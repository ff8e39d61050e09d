"""An intent is there if its change is, and is brought about, however often something dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.kit.clock import MovableClock
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from tests.store.kit.conftest import MIGRATIONS
from tests.store.kit.example.partner import Partner
from tests.store.kit.example.store import ExampleStore
from tests.support.postgres import ServiceDatabase, service_database

Example = Database[ExampleStore]
OPTIONS = OutboxOptions(attempts_max=3, first_wait_seconds=10, lease_seconds=60)


@pytest_asyncio.fixture
async def database() -> AsyncIterator[ServiceDatabase]:
    """A database for each test: a runner takes what any tenant left in it."""
    async with service_database("example", MIGRATIONS) as made:
        yield made


@pytest.fixture
def partner() -> Partner:
    return Partner()


def runner(db: Example, partner: Partner) -> OutboxRunner:
    return OutboxRunner(db, {"note.added": partner.tell}, OPTIONS)


async def add(db: Example, tenant: str, **payload: Any) -> None:
    async with db.transaction(tenant) as store:
        await store.outbox.add("note.added", payload)


async def row(db: Example) -> Any:
    async with db.operator_read() as store:
        return (await store.connection.execute(text("SELECT * FROM outbox"))).one()


async def test_an_intent_is_handled_once(db: Example, partner: Partner, tenant: str) -> None:
    await add(db, tenant, note="n1", count=2)

    await runner(db, partner).run_until_empty()
    await runner(db, partner).run_until_empty()

    assert [(i.tenant_id, i.kind, i.payload, i.attempts) for i in partner.told] == [
        (tenant, "note.added", {"note": "n1", "count": 2}, 1)
    ]


async def test_an_intent_shares_the_fate_of_its_change(
    db: Example, partner: Partner, tenant: str
) -> None:
    with pytest.raises(KeyError):
        async with db.transaction(tenant) as store:
            await store.outbox.add("note.added", {})
            raise KeyError

    assert await runner(db, partner).run_due() == 0


async def test_an_operators_intent_belongs_to_no_tenant(db: Example, partner: Partner) -> None:
    async with db.operator_transaction() as store:
        await store.outbox.add("note.added", {})

    await runner(db, partner).run_due()

    assert [intent.tenant_id for intent in partner.told] == [None]


async def test_a_tenant_sees_no_intent_of_others(
    db: Example, tenant: str, other_tenant: str
) -> None:
    await add(db, tenant)
    async with db.operator_transaction() as store:
        await store.outbox.add("note.added", {})

    async with db.read(other_tenant) as store:
        assert await store.connection.scalar(text("SELECT count(*) FROM outbox")) == 0


async def test_an_intent_nobody_here_handles_is_left(
    db: Example, partner: Partner, tenant: str
) -> None:
    async with db.transaction(tenant) as store:
        await store.outbox.add("note.removed", {})

    assert await runner(db, partner).run_due() == 0


async def test_a_failed_attempt_is_repeated_later_and_later(
    db: Example, partner: Partner, clock: MovableClock, tenant: str
) -> None:
    await add(db, tenant)
    partner.is_out_of_order = True

    attempts = []
    for wait_seconds in (0, 9, 1, 19, 1):
        clock.advance(seconds=wait_seconds)
        attempts.append(await runner(db, partner).run_due())

    assert attempts == [1, 0, 1, 0, 1]


async def test_a_partner_that_recovers_is_told(
    db: Example, partner: Partner, clock: MovableClock, tenant: str
) -> None:
    await add(db, tenant)
    partner.is_out_of_order = True
    await runner(db, partner).run_due()

    partner.is_out_of_order = False
    clock.advance(seconds=10)
    await runner(db, partner).run_due()

    kept = await row(db)
    assert (kept.done_time, kept.failed_time, kept.last_error) == (clock.now(), None, None)
    assert partner.told[0].outbox_id == partner.told[1].outbox_id


async def test_an_intent_fails_visibly_after_its_last_attempt(
    db: Example, partner: Partner, clock: MovableClock, tenant: str
) -> None:
    await add(db, tenant)
    partner.is_out_of_order = True
    for _ in range(5):
        await runner(db, partner).run_due()
        clock.advance(hours=2)

    kept = await row(db)
    assert len(partner.told) == 3
    assert (kept.attempts, kept.last_error) == (3, "ConnectionError: no answer")
    assert kept.failed_time is not None


async def test_a_leased_intent_is_not_given_to_another_runner(
    db: Example, partner: Partner, tenant: str
) -> None:
    await add(db, tenant)
    other = runner(db, Partner())

    async def tell_and_let_another_look(intent: Intent) -> None:
        await partner.tell(intent)
        assert await other.run_due() == 0

    await OutboxRunner(db, {"note.added": tell_and_let_another_look}, OPTIONS).run_due()

    assert (await row(db)).done_time is not None


async def test_what_another_runner_is_just_leasing_is_passed_over(
    db: Example, partner: Partner, tenant: str
) -> None:
    await add(db, tenant)

    async with db.operator_transaction() as store:
        await store.connection.execute(text("SELECT * FROM outbox FOR UPDATE"))
        assert await runner(db, partner).run_due() == 0


async def test_a_handler_that_outlived_its_lease_does_not_speak_for_the_next(
    db: Example, partner: Partner, clock: MovableClock, tenant: str
) -> None:
    await add(db, tenant)
    failing = Partner(is_out_of_order=True)

    async def tell_too_late(intent: Intent) -> None:
        clock.advance(seconds=61)
        await runner(db, failing).run_due()

    await OutboxRunner(db, {"note.added": tell_too_late}, OPTIONS).run_due()

    kept = await row(db)
    assert (kept.attempts, kept.done_time) == (2, None)


async def test_many_runners_share_the_work(db: Example, partner: Partner, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        for number in range(100):
            await store.outbox.add("note.added", {"number": number})

    await asyncio.gather(*(runner(db, partner).run_until_empty() for _ in range(4)))

    assert sorted(intent.payload["number"] for intent in partner.told) == list(range(100))


async def test_what_was_done_long_ago_is_removed(
    db: Example, partner: Partner, tenant: str, clock: MovableClock
) -> None:
    """What could not be done stays."""
    await add(db, tenant, note="done")
    await runner(db, partner).run_due()
    await add(db, tenant, note="waits")
    partner.is_out_of_order = True
    clock.advance(days=OPTIONS.kept_days, seconds=1)

    await runner(db, partner).run_due()

    assert (await row(db)).payload == {"note": "waits"}
