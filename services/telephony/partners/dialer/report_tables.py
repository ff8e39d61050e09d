"""Sums up rows of the dialer's logs: only those of campaigns that are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.kit.errors import Unavailable
from services.kit.logging import get_logger
from services.telephony.domain.report import QUARTER_SECONDS, Figures, ReportKind, Span
from services.telephony.partners.dialer.connection import TROUBLES, Connections

log = get_logger(__name__)

_STATEMENT_SECONDS: Final = 20
_SESSION: Final = (
    f"SET SESSION max_statement_time = {_STATEMENT_SECONDS},"
    " SESSION tx_read_only = ON, SESSION sql_mode = ''"
)
_ROWS: Final = 10_000
_KEYS: Final = {
    ReportKind.DISPOSITIONS: "status",
    ReportKind.AGENTS: "user",
    ReportKind.CAMPAIGNS: "campaign_id",
}
# In an index, but local time: a hint of where to look; the epochs decide.
_CALLS: Final = (
    "SELECT {key}, COUNT(*), 0, 0, 0, 0 FROM {table} WHERE call_date BETWEEN %s AND %s"
    " AND start_epoch >= %s AND start_epoch < %s AND campaign_id IN ({marks})"
    " GROUP BY 1 LIMIT {limit}"
)
_WORK: Final = (
    "SELECT {key}, 0, SUM(talk_sec), SUM(wait_sec), SUM(pause_sec), SUM(dispo_sec)"
    " FROM vicidial_agent_log WHERE event_time BETWEEN %s AND %s"
    " AND pause_epoch >= %s AND pause_epoch < %s AND campaign_id IN ({marks})"
    " GROUP BY 1 LIMIT {limit}"
)


class ReportTables:
    """Three statements for a report, one after another: readers hold up the dialer's writers."""

    def __init__(self, url: str, time_zone: str) -> None:
        self._connections = Connections(url, _SESSION, most=1)
        self._zone = ZoneInfo(time_zone)

    def close(self) -> None:
        """Drops the connection."""
        self._connections.close()

    async def figures(
        self, kind: ReportKind, span: Span, campaigns: Sequence[str]
    ) -> list[tuple[str, Figures]]:
        """Gives figures of these campaigns by the dialer's id of what they are about.

        An id may come more than once. Raises Unavailable.
        """
        if not campaigns:
            return []
        found: list[tuple[str, Figures]] = []
        try:
            async with self._connections.cursor() as cursor:
                for statement in _statements(kind, len(campaigns)):
                    await cursor.execute(statement, (*self._bounds(span), *campaigns))
                    found += [_figures(row) for row in await cursor.fetchall()]
        except TROUBLES as error:
            log.warning("the dialer's logs could not be read", cause=type(error).__name__)
            # Clients get this one: not a word of what it is that is away.
            raise Unavailable from error
        return found

    def _bounds(self, span: Span) -> tuple[str, str, int, int]:
        first, end = span.first_seconds, span.end_seconds
        return self._local(first, -1), self._local(end, 1), first, end

    def _local(self, seconds: int, hours: int) -> str:
        """A local time, an hour aside, because clocks are changed."""
        instant = datetime.fromtimestamp(seconds, UTC).astimezone(self._zone)
        return f"{instant.replace(tzinfo=None) + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"


def _statements(kind: ReportKind, count: int) -> list[str]:
    marks = ", ".join(["%s"] * count)
    calls = _KEYS.get(kind, f"start_epoch DIV {QUARTER_SECONDS}")
    work = _KEYS.get(kind, f"pause_epoch DIV {QUARTER_SECONDS}")
    tables = ("vicidial_log", "vicidial_closer_log")
    return [
        *(_CALLS.format(key=calls, table=table, marks=marks, limit=_ROWS) for table in tables),
        _WORK.format(key=work, marks=marks, limit=_ROWS),
    ]


def _figures(row: tuple[Any, ...]) -> tuple[str, Figures]:
    key, *numbers = row
    text = key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key or "")
    return text, Figures(*(int(number or 0) for number in numbers))
