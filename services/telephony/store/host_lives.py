"""Reads and writes signs of life of hosts, and what they say of legs that are open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.db.transaction import driver_connection
from services.telephony.domain.open_leg import HostSigns
from services.telephony.store.tables_open_legs import host_signs

_LOST: Final = (
    "UPDATE open_legs SET lost_sign_millis = $3, lost_time = $4 WHERE cluster = $1 AND host = $2"
    " AND state = 'OPEN' AND answer_time_millis <= $3 AND lost_time IS NULL"
)
_START_TIME: Final = "SELECT start_time FROM host_signs WHERE cluster = $1 AND host = $2"
_SET_START_TIME: Final = "UPDATE host_signs SET start_time = $3 WHERE cluster = $1 AND host = $2"
_SEEN: Final = (
    "UPDATE open_legs SET seen_time_millis = $4, gone_time_millis = 0 WHERE cluster = $1"
    " AND host = $2 AND state = 'OPEN' AND uniqueid = ANY($3::text[])"
)
_GONE: Final = (
    "UPDATE open_legs SET gone_time_millis = $4 WHERE cluster = $1 AND host = $2"
    " AND state = 'OPEN' AND gone_time_millis = 0 AND answer_time_millis < $5"
    " AND uniqueid <> ALL($3::text[])"
)
# So young a leg may have come up since the host was asked.
_YOUNG_MILLIS: Final = 30_000


class HostLives:
    """Hosts' signs of life, bound to an operator transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._raw = driver_connection(connection)

    async def signs(self, cluster: str, host: str) -> HostSigns:
        """Gives what was last known of the host."""
        query = select(
            host_signs.c.last_sign_millis, host_signs.c.top_created_seconds,
            host_signs.c.top_sequence,
        ).where(host_signs.c.cluster == cluster, host_signs.c.host == host)  # fmt: skip
        row = (await self._connection.execute(query)).first()
        return HostSigns(*row) if row is not None else HostSigns()

    async def set_signs(self, cluster: str, host: str, signs: HostSigns) -> None:
        """Notes what is known of the host now, and that something of it came now."""
        values = {**signs._asdict(), "receive_time": scope_of(self._connection).time}
        statement = postgresql.insert(host_signs).values(cluster=cluster, host=host, **values)
        key = [host_signs.c.cluster, host_signs.c.host]
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=key, set_=values)
        )

    async def note_life(self, host: tuple[str, str], start_time: str, up: Sequence[str]) -> None:
        """Notes that a host has answered: since when it runs, and which of its legs are up."""
        cluster, name = host
        time = scope_of(self._connection).time
        millis = int(time.timestamp() * 1000)
        known = await self.signs(cluster, name)
        before = await self._raw.fetchval(_START_TIME, cluster, name)
        if before and before != start_time:
            await self.mark_lost(cluster, name, known.last_sign_millis)
        sign = max(known.last_sign_millis, millis)
        await self.set_signs(cluster, name, known._replace(last_sign_millis=sign))
        await self._raw.execute(_SET_START_TIME, cluster, name, start_time)
        await self._raw.execute(_SEEN, cluster, name, list(up), millis)
        await self._raw.execute(_GONE, cluster, name, list(up), millis, millis - _YOUNG_MILLIS)

    async def heard_of(self) -> dict[tuple[str, str], datetime]:
        """Gives when each host was heard of last: a line of its, or an answer."""
        query = select(host_signs.c.cluster, host_signs.c.host, host_signs.c.receive_time)
        rows: Any = await self._connection.execute(query)
        return {(row.cluster, row.host): row.receive_time for row in rows}

    async def mark_lost(self, cluster: str, host: str, last_sign_millis: int) -> None:
        """Notes that the host has restarted after this sign: what was up then is over."""
        time = scope_of(self._connection).time
        await self._raw.execute(_LOST, cluster, host, last_sign_millis, time)
