"""Seals anew what lies in a store under another key than the current one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.kit.secret_box import SecretBox

Store = TypeVar("Store")

_EVERY_SECONDS = 60.0
_BATCH = 500

log = get_logger(__name__)


class Resealer(Generic[Store]):
    """Follows the keys: soon after another one is the first, nothing needs the older ones.

    `seal_anew` seals at most as many secrets of each kind as it is told, of those under
    `older_key_ids`, which nobody else has locked, and says how many it has.
    """

    def __init__(
        self,
        db: Database[Store],
        box: SecretBox,
        seal_anew: Callable[[Store, SecretBox, int], Awaitable[int]],
    ) -> None:
        self._db, self._box, self._seal_anew = db, box, seal_anew

    async def run(self) -> None:
        """Looks until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.look, asyncio.Event())

    async def look(self) -> int:
        """Seals anew whatever has to be; returns how much that was."""
        total, count = 0, _BATCH
        while count >= _BATCH and self._box.older_key_ids:
            async with self._db.operator_transaction() as store:
                count = await self._seal_anew(store, self._box, _BATCH)
            total += count
        if total:
            log.info("secrets are sealed anew", key=self._box.current_key_id, count=total)
        return total
