"""A runner that dies between the effect of an intent and its mark: the worst moment there is."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.outbox import Intent, OutboxRunner
from tests.store.kit.example.store import ExampleStore


async def main(url: str, now: str) -> None:
    """Handles what is due at `now` in the database at `url`, and is killed by the first intent."""
    db = create_database(url, "example", ExampleStore, MovableClock(datetime.fromisoformat(now)))

    async def write_note_and_die(intent: Intent) -> None:
        assert intent.tenant_id is not None
        async with db.transaction(intent.tenant_id) as store:
            await store.add_note(intent.tenant_id, str(intent.outbox_id))
        os._exit(9)

    await OutboxRunner(db, {"note.added": write_note_and_die}).run_due()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
