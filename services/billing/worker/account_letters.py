"""Has clients told about their accounts, and goes after what they have not paid."""

from __future__ import annotations

import asyncio
from typing import Final

from services.billing.partners.notices import Notices
from services.billing.usecases import Desk
from services.billing.usecases.account_letters import ACCOUNT_LETTER, letter_in
from services.billing.usecases.dun import dun_everybody
from services.kit.db.leases import Leases
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.jobs import run_every

_LETTERS_EVERY_SECONDS: Final = 2.0
_DUNNING_EVERY_SECONDS: Final = 20.0
_LEASE: Final = "dunning"
_LEASE_SECONDS: Final = 120.0
_OPTIONS: Final = OutboxOptions(attempts_max=1_000, first_wait_seconds=2.0)


class AccountLetters:
    """Hands letters over to be mailed, each once."""

    def __init__(self, desk: Desk, notices: Notices) -> None:
        self._notices = notices
        self._outbox = OutboxRunner(desk.db, {ACCOUNT_LETTER: self._send}, _OPTIONS)

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_LETTERS_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> int:
        """Does what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def _send(self, intent: Intent) -> None:
        # Its id names it: whoever mails it does so once, however often it is handed over.
        await self._notices.send(letter_in(intent))


class DunningClock:
    """Brings every case to where it belongs, once a replica asks."""

    def __init__(self, desk: Desk, leases: Leases) -> None:
        self._desk, self._leases = desk, leases

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_DUNNING_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> None:
        """Looks at everybody, unless another replica does."""
        async with self._leases.held(_LEASE, _LEASE_SECONDS) as is_ours:
            if is_ours:
                await dun_everybody(self._desk)
