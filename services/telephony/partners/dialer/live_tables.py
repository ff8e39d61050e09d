"""Reads what the dialer does at the moment: only rows of objects that are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.kit.errors import Unavailable
from services.kit.logging import get_logger
from services.telephony.partners.dialer.connection import TROUBLES, Connections

log = get_logger(__name__)

_STATEMENT_SECONDS: Final = 5
_SESSION: Final = (
    f"SET SESSION max_statement_time = {_STATEMENT_SECONDS},"
    " SESSION tx_read_only = ON, SESSION sql_mode = ''"
)
# No tenant has so many of anything at once.
_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class AgentRow:
    """A session of an agent. Seconds are since its state last changed, by the dialer's clock."""

    user: str
    status: str
    lead_id: int
    campaign: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call. Seconds are since it began, by the dialer's clock."""

    number: int
    campaign: str
    status: str
    call_type: str
    phone_code: str
    phone_number: str
    seconds: int | None


class LiveTables:
    """Short statements on the tables of the moment. Raises Unavailable."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION)

    def close(self) -> None:
        """Drops the connections."""
        self._connections.close()

    async def agents(self, users: Sequence[str]) -> list[AgentRow]:
        """Gives the sessions of these users."""
        rows = await self._rows(
            "SELECT user, status, lead_id, campaign_id,"
            " TIMESTAMPDIFF(SECOND, last_state_change, NOW())"
            " FROM vicidial_live_agents WHERE user IN",
            users,
        )
        return [
            AgentRow(_text(user), _text(status), int(lead or 0), _text(campaign), _seconds(since))
            for user, status, lead, campaign, since in rows
        ]

    async def calls(self, campaigns: Sequence[str]) -> list[CallRow]:
        """Gives the calls of these campaigns and groups, by number, which goes up."""
        rows = await self._rows(
            "SELECT auto_call_id, campaign_id, status, call_type, phone_code, phone_number,"
            " TIMESTAMPDIFF(SECOND, call_time, NOW())"
            " FROM vicidial_auto_calls WHERE campaign_id IN",
            campaigns,
        )
        found = [
            CallRow(
                number=int(number),
                campaign=_text(campaign),
                status=_text(status),
                call_type=_text(call_type),
                phone_code=_text(phone_code),
                phone_number=_text(phone_number),
                seconds=_seconds(since),
            )
            for number, campaign, status, call_type, phone_code, phone_number, since in rows
        ]
        return sorted(found, key=lambda row: row.number)

    async def dialable_leads(self, campaigns: Sequence[str]) -> dict[str, int]:
        """Gives the dialer's last count of leads to dial, by campaign."""
        rows = await self._rows(
            "SELECT campaign_id, dialable_leads FROM vicidial_campaign_stats WHERE campaign_id IN",
            campaigns,
        )
        return {_text(campaign): int(leads or 0) for campaign, leads in rows}

    async def _rows(self, query: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
        if not ids:
            return []
        marks = ", ".join(["%s"] * len(ids))
        try:
            async with self._connections.cursor() as cursor:
                await cursor.execute(f"{query} ({marks}) LIMIT {_ROWS}", tuple(ids))
                return list(await cursor.fetchall())
        except TROUBLES as error:
            log.warning(
                "what the dialer does at the moment could not be read", cause=type(error).__name__
            )
            # Clients get this one: not a word of what it is that is away.
            raise Unavailable from error


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _seconds(value: object) -> int | None:
    """None where the dialer has noted no time."""
    return max(0, int(str(value))) if value is not None else None
