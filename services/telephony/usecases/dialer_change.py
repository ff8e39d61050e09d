"""Brings the dialer to what the store tells: an intent, its effect, its outcome.

A change is a new version of a row and an intent in one transaction. The intent's effect makes the
dialer's object what the row tells at that moment, whatever was there, so it may be repeated, and
may come late: the newest version is what it leaves behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from services.kit.db.outbox import Handler, Intent
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.logging import get_logger
from services.telephony.domain.service_state import DialerNotReady
from services.telephony.store import TelephonyStore

log = get_logger(__name__)

# How long an answer waits for the dialer; then it says that it is still being brought about.
_PATIENCE_SECONDS: Final = 4.0
# Another replica may do it, of which nobody here is told.
_LOOK_SECONDS: Final = 0.25


class Versioned(Protocol):
    """A row that the dialer follows."""

    @property
    def is_reconciling(self) -> bool:
        """Whether the dialer does not have it as it is here."""


V = TypeVar("V", bound=Versioned)


class DialerChanges:
    """Wakes what brings intents about, and waits a while for it."""

    def __init__(self, db: Database[TelephonyStore], wake: asyncio.Event) -> None:
        self._db, self._wake = db, wake
        self._something_was_done = asyncio.Event()

    async def settled(self, tenant_id: str, look: Callable[[TelephonyStore], Awaitable[V]]) -> V:
        """Gives the row when the dialer has it as it is, or as it stands when patience ends."""
        self._wake.set()
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while True:
            done = self._something_was_done
            async with self._db.read(tenant_id) as store:
                row = await look(store)
            left = deadline - asyncio.get_running_loop().time()
            if not row.is_reconciling or left <= 0:
                return row
            try:
                await asyncio.wait_for(done.wait(), min(left, _LOOK_SECONDS))
            except TimeoutError:
                continue

    def handler(self, bring_about: Callable[[str, dict[str, str]], Awaitable[None]]) -> Handler:
        """Gives what the outbox calls: the effect, and a word to those who wait for it."""

        async def handle(intent: Intent) -> None:
            # The operator's transactions are of no tenant, so their intents say whose they are.
            tenant_id = intent.tenant_id or intent.payload["tenant_id"]
            try:
                await bring_about(tenant_id, intent.payload)
            except (NotFound, DialerNotReady):
                # The tenant was removed, or is not set up yet: then provisioning sees to all of it.
                log.info("nothing to bring about", tenant=tenant_id, kind=intent.kind)
            done, self._something_was_done = self._something_was_done, asyncio.Event()
            done.set()

        return handle


async def converge(
    read: Callable[[], Awaitable[V]],
    write: Callable[[V], Awaitable[None]],
    note: Callable[[V], Awaitable[bool]],
) -> None:
    """Writes the newest version of a row into the dialer, and notes it.

    Always writes: whoever noted this version may have been overtaken by a slower one with an older
    version. That one finds here that it is not the newest, and writes again.
    """
    while True:
        row = await read()
        await write(row)
        if await note(row):
            return
