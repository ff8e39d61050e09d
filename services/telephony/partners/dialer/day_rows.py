"""Reads what the dialer's logs of calls say of a day of some campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.telephony.domain.reconciliation import DayRow
from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

_STATEMENT_SECONDS: Final = 20
_SESSION: Final = (
    f"SET SESSION max_statement_time = {_STATEMENT_SECONDS},"
    " SESSION tx_read_only = ON, SESSION sql_mode = ''"
)
_ROWS_MAX: Final = 500_000
# Local times are hints, and clocks are changed: the epochs decide.
_MARGIN: Final = timedelta(hours=2)
_LOGS: Final = ("vicidial_log", "vicidial_closer_log")


class DayRows:
    """The logs of calls, outbound and of queues, with the call codes that belong to them."""

    def __init__(self, url: str, time_zone: str) -> None:
        self._connections = Connections(url, _SESSION, most=1)
        self._zone = ZoneInfo(time_zone)

    def close(self) -> None:
        """Drops the connections."""
        self._connections.close()

    async def between(self, groups: Sequence[str], first: int, end: int) -> list[DayRow]:
        """Gives the rows of these campaigns and in-groups that began in these epoch seconds.

        Raises DialerAway.
        """
        if not groups:
            return []
        bounds = [
            f"{datetime.fromtimestamp(at, UTC).astimezone(self._zone) + margin:%Y-%m-%d %H:%M:%S}"
            for at, margin in ((first, -_MARGIN), (end, _MARGIN))
        ]
        marks = ", ".join(["%s"] * len(groups))
        found: list[DayRow] = []
        try:
            async with self._connections.cursor() as cursor:
                for log in _LOGS:
                    await cursor.execute(
                        "SELECT l.uniqueid, IFNULL(MAX(e.caller_code), ''), l.status,"  # noqa: S608
                        f" IFNULL(MAX(l.length_in_sec), 0) FROM {log} l"
                        " LEFT JOIN vicidial_log_extended e ON e.uniqueid = l.uniqueid"
                        " WHERE l.call_date BETWEEN %s AND %s AND l.start_epoch >= %s"
                        f" AND l.start_epoch < %s AND l.campaign_id IN ({marks})"
                        f" GROUP BY l.uniqueid, l.status LIMIT {_ROWS_MAX}",
                        (*bounds, first, end, *groups),
                    )
                    found += [_row(row) for row in await cursor.fetchall()]
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error
        return found


def _row(row: Sequence[object]) -> DayRow:
    uniqueid, code, status, seconds = (
        value.decode() if isinstance(value, bytes) else value for value in row
    )
    return DayRow(str(uniqueid), str(code), str(status), int(str(seconds)))
