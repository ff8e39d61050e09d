"""Zones as the operator has them now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from services.kit.db.transaction import Database
from services.usage.domain.zone_matches import matches
from services.usage.domain.zones import Zones
from services.usage.store import UsageStore
from services.usage.store.zone_prefixes import read_zone_prefixes

_REREAD_SECONDS: Final = 10.0


class ZoneBook:
    """Keeps the zones, and reads the operator's table again every few seconds."""

    def __init__(self, db: Database[UsageStore]) -> None:
        self._db = db
        self._zones = Zones({})
        self._prefixes: dict[str, str] = {}
        self._read_at: float | None = None

    async def zones(self) -> Zones:
        """Gives the zones; a change to the operator's table holds within ten seconds."""
        now = asyncio.get_running_loop().time()
        if self._read_at is None or now - self._read_at >= _REREAD_SECONDS:
            self._read_at = now
            await self._read()
        return self._zones

    async def matches(self, prefixes: Sequence[str]) -> Mapping[str, list[str]]:
        """Gives, for each zone, those of the prefixes that its numbers go by."""
        zones = await self.zones()
        # Thousands of prefixes are looked up: nobody else is to wait for that.
        return await asyncio.to_thread(matches, zones, tuple(self._prefixes), prefixes)

    async def _read(self) -> None:
        async with self._db.operator_raw_connection(read_only=True) as connection:
            prefixes = await read_zone_prefixes(connection)
        if prefixes != self._prefixes:
            # What it remembers holds for its own prefixes alone.
            self._prefixes, self._zones = prefixes, Zones(prefixes)
