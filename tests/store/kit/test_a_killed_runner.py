"""A runner may die at any moment; its intents live on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

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
OPTIONS = OutboxOptions(attempts_max=3)


@pytest_asyncio.fixture
async def database() -> AsyncIterator[ServiceDatabase]:
    """A database for each test: a runner takes what any tenant left in it."""
    async with service_database("example", MIGRATIONS) as made:
        yield made


async def add(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.outbox.add("note.added", {})


async def test_a_kill_between_effect_and_mark_repeats_the_same_intent(
    db: Example, database: ServiceDatabase, clock: MovableClock, tenant: str
) -> None:
    """The effect, keyed by the intent's id, is there once though its handler ran twice."""
    partner = Partner()
    await add(db, tenant)
    program = Path(__file__).parent / "example" / "killed_runner.py"
    killed = subprocess.run(  # noqa: ASYNC221  nothing else is to go on meanwhile
        [sys.executable, program, database.service_url, clock.now().isoformat()],
        cwd=Path(__file__).parents[3],
        env={"PYTHONPATH": "."},
        check=False,
    )
    assert killed.returncode == 9

    async with db.read(tenant) as store:
        effect = await store.notes()
    clock.advance(seconds=61)

    async def write_note(intent: Intent) -> None:
        await partner.tell(intent)
        async with db.transaction(tenant) as store:
            await store.connection.execute(
                text("INSERT INTO notes VALUES (:t, :id, '') ON CONFLICT DO NOTHING"),
                {"t": intent.tenant_id, "id": str(intent.outbox_id)},
            )

    await OutboxRunner(db, {"note.added": write_note}, OPTIONS).run_due()

    async with db.read(tenant) as store:
        assert await store.notes() == effect
    assert [intent.attempts for intent in partner.told] == [2]
    assert effect == {(tenant, str(partner.told[0].outbox_id))}


async def test_an_intent_that_kills_its_runner_is_given_up(
    db: Example, clock: MovableClock, tenant: str
) -> None:
    await add(db, tenant)
    async with db.operator_transaction() as store:
        await store.connection.execute(text("UPDATE outbox SET attempts = 3"))

    handled = await OutboxRunner(db, {"note.added": Partner().tell}, OPTIONS).run_due()

    async with db.operator_read() as store:
        kept = (await store.connection.execute(text("SELECT * FROM outbox"))).one()
    assert handled == 0
    assert (kept.failed_time, kept.last_error) == (clock.now(), "Never finished.")
