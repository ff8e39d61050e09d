"""Leads in the dialer's tables: thousands at once, and none is dialed before all are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pymysql.converters import escape_string

from services.telephony.domain.leads.phone import Phone
from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

_STATEMENT_SECONDS: Final = 30
# Never strict: the dialer's own tables hold what strict mode would refuse.
_SESSION: Final = (
    f"SET SESSION max_statement_time = {_STATEMENT_SECONDS},"
    " SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION',"
    # Keys of many rows are sorted before they go into the table's thirteen indexes.
    f" SESSION bulk_insert_buffer_size = {64 * 1024 * 1024}"
)
# Each statement locks the table for all tenants, so none is long.
_INSERT_ROWS: Final = 5_000
_MOVE_ROWS: Final = 5_000
_FIXED: Final = (
    "entry_date", "status", "user", "list_id", "gmt_offset_now", "called_since_last_reset",
    "phone_code", "phone_number", "source_id", "called_count",
)  # fmt: skip
LEAD_COLUMNS: Final = (
    "lead_id", "phone_code", "phone_number", "status", "vendor_lead_code", "first_name",
    "last_name", "city", "state", "postal_code", "email", "comments", "called_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead to insert: its place in its file, its number, and values by column."""

    line: int
    phone: Phone
    gmt_offset: str
    values: dict[str, str]


class LeadTables:
    """Statements of bulk and of one lead, each for given lists alone. Raises DialerAway."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION)

    def close(self) -> None:
        """Drops the connections."""
        self._connections.close()

    async def insert(
        self, list_id: int, entry_date: str, columns: Sequence[str], leads: Sequence[NewLead]
    ) -> None:
        """Inserts leads into a list, as never called."""
        names = ", ".join(f"`{name}`" for name in (*_FIXED, *columns))
        head = f"INSERT INTO vicidial_list ({names}) VALUES "  # noqa: S608
        for first in range(0, len(leads), _INSERT_ROWS):
            rows = [
                _row(list_id, entry_date, columns, lead)
                for lead in leads[first : first + _INSERT_ROWS]
            ]
            # Percent signs are none of a format: no values are given apart.
            await self._run(head + ",".join(rows))

    async def delete_after(self, list_id: int, line: int) -> None:
        """Deletes leads of a list that come after a line of their file."""
        where = "WHERE list_id = %s AND source_id > %s"
        statement = f"DELETE FROM vicidial_list {where} LIMIT {_MOVE_ROWS}"  # noqa: S608
        await self._until_none(statement, (list_id, _source(line)))

    async def delete(self, list_id: int) -> None:
        """Deletes the leads of a list, and takes them off what is dialed next."""
        await self._run("DELETE FROM vicidial_hopper WHERE list_id = %s", (list_id,))
        statement = f"DELETE FROM vicidial_list WHERE list_id = %s LIMIT {_MOVE_ROWS}"  # noqa: S608
        await self._until_none(statement, (list_id,))

    async def move(self, list_id: int, to: int) -> None:
        """Makes the leads of one list another list's."""
        statement = f"UPDATE vicidial_list SET list_id = %s WHERE list_id = %s LIMIT {_MOVE_ROWS}"  # noqa: S608
        await self._until_none(statement, (to, list_id))

    async def count(self, list_id: int) -> int:
        """Counts the leads of a list."""
        found = await self._rows("SELECT COUNT(*) AS n FROM vicidial_list WHERE list_id = %s",
                                 (list_id,))  # fmt: skip
        return int(found[0]["n"])

    async def numbers_there(self, list_ids: Sequence[int], phones: Sequence[Phone]) -> set[str]:
        """Gives those of the numbers that leads of these lists have, E.164 with plus."""
        if not list_ids or not phones:
            return set()
        lists = ", ".join(str(int(each)) for each in list_ids)
        nationals = ", ".join(f"'{escape_string(phone.national)}'" for phone in phones)
        found = await self._rows(
            "SELECT phone_code, phone_number FROM vicidial_list"  # noqa: S608
            f" WHERE phone_number IN ({nationals}) AND list_id IN ({lists})"
        )
        return {f"+{row['phone_code']}{row['phone_number']}" for row in found}

    async def leads_after(self, list_id: int, lead: int, limit: int) -> list[dict[str, Any]]:
        """Gives leads of a list with numbers after this one, in order, by LEAD_COLUMNS."""
        names = ", ".join(LEAD_COLUMNS)
        return await self._rows(
            f"SELECT {names} FROM vicidial_list WHERE list_id = %s AND lead_id > %s"  # noqa: S608
            f" ORDER BY lead_id LIMIT {limit:d}",
            (list_id, lead),
        )

    async def lead(self, list_id: int, lead: int) -> dict[str, Any] | None:
        """Gives a lead if it is on this list."""
        names = ", ".join(LEAD_COLUMNS)
        found = await self._rows(
            f"SELECT {names} FROM vicidial_list WHERE lead_id = %s AND list_id = %s",  # noqa: S608
            (lead, list_id),
        )
        return found[0] if found else None

    async def update(self, list_id: int, lead: int, values: dict[str, str]) -> None:
        """Changes a lead if it is on this list."""
        assert set(values) <= set(LEAD_COLUMNS)
        change = ", ".join(f"`{name}` = %s" for name in values)
        await self._run(
            f"UPDATE vicidial_list SET {change} WHERE lead_id = %s AND list_id = %s",  # noqa: S608
            (*values.values(), lead, list_id),
        )

    async def _until_none(self, statement: str, values: tuple[Any, ...]) -> None:
        while await self._run(statement, values) == _MOVE_ROWS:
            continue

    async def _run(self, statement: str, values: tuple[Any, ...] | None = None) -> int:
        try:
            async with self._connections.cursor() as cursor:
                return int(await cursor.execute(statement, values))
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error

    async def _rows(
        self, query: str, values: tuple[Any, ...] | None = None
    ) -> list[dict[str, Any]]:
        try:
            async with self._connections.cursor() as cursor:
                await cursor.execute(query, values)
                names = [each[0] for each in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
        except TROUBLES as error:
            raise DialerAway(cause=type(error).__name__) from error


def _row(list_id: int, entry_date: str, columns: Sequence[str], lead: NewLead) -> str:
    phone, values = lead.phone, lead.values
    fixed = (
        f"'{entry_date}','NEW','',{list_id:d},{lead.gmt_offset},'N',"
        f"'{phone.country_code}','{phone.national}','{_source(lead.line)}',0"
    )
    others = [f",'{escape_string(values[name])}'" if name in values else ",DEFAULT"
              for name in columns]  # fmt: skip
    return f"({fixed}{''.join(others)})"


def _source(line: int) -> str:
    """Of one width, so that texts are in the order of lines."""
    return f"{line:09d}"
