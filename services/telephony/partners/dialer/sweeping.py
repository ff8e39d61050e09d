"""Deletes what a tenant left in the dialer's tables by working."""

from __future__ import annotations

from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.traces import (
    ARCHIVE_SUFFIX,
    CHANNELS,
    IDS,
    LEADS,
    LISTS,
    TEXTS,
    channel_pattern,
    id_pattern,
)
from services.telephony.partners.dialer.admin_tables import AdminTables

_LEADS_AT_ONCE = 1_000


class Sweeper:
    """Statements are short and may be repeated; each table is locked for moments only."""

    def __init__(self, tables: AdminTables) -> None:
        self._tables = tables

    async def sweep(self, code: TenantCode) -> int:
        """Deletes every row that mentions the tenant; gives how many."""
        known = await self._tables.tables()
        deleted = await self._leads(code, known)
        for table, columns in IDS.items():
            for name in _with_archive(table, known):
                for column in columns:
                    deleted += await self._tables.delete_beginning(name, column, code.text)
        first, last = code.list_ids
        for table, columns in LISTS.items():
            for name in _with_archive(table, known):
                for column in columns:
                    deleted += await self._tables.delete_between(name, column, first, last)
        pattern = channel_pattern(code)
        for table in CHANNELS:
            for name in _with_archive(table, known):
                deleted += await self._tables.delete_matching(name, "channel", pattern)
        return deleted + await self.sweep_texts(code)

    async def sweep_texts(self, code: TenantCode) -> int:
        """Deletes what is told of the tenant in logs of administration; gives how many."""
        known, deleted = await self._tables.tables(), 0
        for table, columns in TEXTS.items():
            for name in _with_archive(table, known):
                for column in columns:
                    deleted += await self._tables.delete_matching(name, column, id_pattern(code))
        return deleted

    async def sweep_number(self, number: str) -> None:
        """Deletes what is told of a number that the tenant held."""
        known = await self._tables.tables()
        for name in _with_archive("vicidial_did_log", known):
            await self._tables.delete(name, {"extension": number})
        for table, columns in TEXTS.items():
            for name in _with_archive(table, known):
                for column in columns:
                    await self._tables.delete_matching(
                        name, column, f"(^|[^0-9]){number}([^0-9]|$)"
                    )

    async def _leads(self, code: TenantCode, known: frozenset[str]) -> int:
        """Deletes the rows of the tenant's leads, then the leads, by the thousand."""
        deleted = 0
        between = ("list_id", *code.list_ids)
        while leads := await self._tables.numbers_between(
            "vicidial_list", "lead_id", between, _LEADS_AT_ONCE
        ):
            for table in LEADS:
                for name in _with_archive(table, known):
                    deleted += await self._tables.delete_in(name, "lead_id", leads)
            deleted += await self._tables.delete_in("vicidial_list", "lead_id", leads)
        return deleted


def _with_archive(table: str, known: frozenset[str]) -> list[str]:
    return [name for name in (table, table + ARCHIVE_SUFFIX) if name in known]
