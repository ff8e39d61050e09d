"""The dialer's lists of numbers not to call, by campaign. Raises DialerAway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

_SESSION: Final = "SET SESSION max_statement_time = 20, SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'"


class DncTables:
    """Statements that may each be done again."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION)

    def close(self) -> None:
        """Drops the connections."""
        self._connections.close()

    async def use(self, campaigns: Sequence[str], home: str) -> None:
        """Lets campaigns look at the list of one of them before each call."""
        marks = ", ".join(["%s"] * len(campaigns))
        await self._run(
            "UPDATE vicidial_campaigns SET use_campaign_dnc = 'Y', use_other_campaign_dnc = %s"  # noqa: S608
            f" WHERE campaign_id IN ({marks})",
            (home, *campaigns),
        )

    async def add(self, campaign: str, numbers: Sequence[str]) -> None:
        """Adds numbers (as leads have them) to a campaign's list."""
        if numbers:
            marks = ", ".join(["(%s, %s)"] * len(numbers))
            await self._run(
                "INSERT INTO vicidial_campaign_dnc (phone_number, campaign_id)"  # noqa: S608
                f" VALUES {marks} ON DUPLICATE KEY UPDATE phone_number = phone_number",
                tuple(value for number in numbers for value in (number, campaign)),
            )

    async def remove(self, campaign: str, numbers: Sequence[str]) -> None:
        """Removes numbers from a campaign's list."""
        if numbers:
            marks = ", ".join(["%s"] * len(numbers))
            await self._run(
                "DELETE FROM vicidial_campaign_dnc"  # noqa: S608
                f" WHERE campaign_id = %s AND phone_number IN ({marks})",
                (campaign, *numbers),
            )

    async def _run(self, statement: str, values: tuple[str, ...]) -> None:
        try:
            async with self._connections.cursor() as cursor:
                await cursor.execute(statement, values)
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error
