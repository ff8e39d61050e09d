"""Finds recordings in the dialer's log: only those of users that are named. Raises DialerAway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from services.telephony.domain.recording import Recording
from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

_SESSION: Final = (
    "SET SESSION max_statement_time = 10, SESSION tx_read_only = ON, SESSION sql_mode = ''"
)
_COLUMNS: Final = (
    "r.recording_id, r.start_epoch, r.length_in_sec, r.location, l.lead_id, l.list_id,"
    " l.phone_code, l.phone_number"
)


# The log knows a call by its channel, a call that waited by its turn in a queue, or by its lead.
_OF_CALL: Final = (
    "(r.vicidial_id = %s OR (r.lead_id = %s AND r.lead_id <> 0) OR r.vicidial_id IN"
    " (SELECT CAST(c.closecallid AS CHAR) FROM vicidial_closer_log c WHERE c.uniqueid = %s))"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Instants from the first to before the last, epoch seconds.

    With a channel's uniqueid, only what was recorded of it or of this lead (0: none is known).
    """

    first: int = 0
    last: int = 2**32 - 1
    uniqueid: str = ""
    lead: int = 0


class RecordingTables:
    """One short statement at a time: readers hold up the dialer's writers."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION, most=1)

    def close(self) -> None:
        """Drops the connection."""
        self._connections.close()

    async def list_before(
        self, users: Sequence[str], period: Period, number: int, limit: int
    ) -> list[Recording]:
        """Gives recordings of these users with numbers before this one (0: all), newest first."""
        if not users:
            return []
        where = f"r.user IN ({_marks(users)}) AND r.start_epoch >= %s AND r.start_epoch < %s"
        values: tuple[Any, ...] = (*users, period.first, period.last)
        if period.uniqueid:
            where, values = f"{where} AND {_OF_CALL}", (*values, *_call_values(period))
        if number:
            where, values = f"{where} AND r.recording_id < %s", (*values, number)
        return await self._found(f"{where} ORDER BY r.recording_id DESC LIMIT {limit:d}", values)

    async def find(self, users: Sequence[str], number: int) -> Recording | None:
        """Gives a recording if it is of one of these users."""
        if not users:
            return None
        where = f"r.recording_id = %s AND r.user IN ({_marks(users)})"
        found = await self._found(where, (number, *users))
        return found[0] if found else None

    async def _found(self, where: str, values: tuple[Any, ...]) -> list[Recording]:
        query = (
            f"SELECT {_COLUMNS} FROM recording_log r"  # noqa: S608
            f" LEFT JOIN vicidial_list l ON l.lead_id = r.lead_id WHERE {where}"
        )
        try:
            async with self._connections.cursor() as cursor:
                await cursor.execute(query, values)
                return [_recording(row) for row in await cursor.fetchall()]
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error


def _call_values(period: Period) -> tuple[Any, ...]:
    return period.uniqueid, period.lead, period.uniqueid


def _marks(users: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(users))


def _recording(row: tuple[Any, ...]) -> Recording:
    number, start, seconds, location, lead, list_id, code, phone = row
    return Recording(
        int(number),
        datetime.fromtimestamp(int(start or 0), UTC),
        int(seconds or 0),
        location or "",
        int(lead or 0),
        int(list_id or 0),
        f"+{code}{phone}" if phone else "",
    )
