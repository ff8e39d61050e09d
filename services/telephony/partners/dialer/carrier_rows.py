"""Writes trunks into the dialer's carrier table, from which it generates its files."""

from __future__ import annotations

from typing import Final

from services.telephony.domain.dialplan.entry import carrier_entry
from services.telephony.domain.dialplan.plan import Plan
from services.telephony.domain.trunk import Trunk
from services.telephony.partners.dialer.admin_tables import AdminTables

_TABLE: Final = "vicidial_server_carriers"


class EntryNotKept(Exception):
    """The dialer's table holds something else than was written."""


class CarrierRows:
    """The carrier table. A new row is inactive until it was read back."""

    def __init__(self, tables: AdminTables) -> None:
        self._tables = tables

    async def write(self, row_id: str, server_ip: str, plan: Plan, trunk: Trunk) -> None:
        """Writes a host's row and has its files generated; raises EntryNotKept or DialerAway.

        A row that is there is changed by one statement and stays active: a moment without it
        would be a minute without calls.
        """
        key, values = {"carrier_id": row_id}, _columns(server_ip, plan, trunk)
        is_there = await self._tables.exists(_TABLE, key)
        await self._tables.put(_TABLE, key, values if is_there else {**values, "active": "N"})
        if not await self._holds(key, values):
            raise EntryNotKept("The dialer's table has cut or changed the entry.")
        await self._tables.update(_TABLE, key, {"active": "Y"})
        await self._generate(server_ip)

    async def is_current(self, row_id: str, server_ip: str, plan: Plan, trunk: Trunk) -> bool:
        """Says whether the row is as it would be written now; raises DialerAway."""
        values = {**_columns(server_ip, plan, trunk), "active": "Y"}
        return await self._holds({"carrier_id": row_id}, values)

    async def remove(self, row_id: str, server_ip: str) -> None:
        """Takes a host's row out and has its files generated; nothing if there is none."""
        if await self._tables.delete(_TABLE, {"carrier_id": row_id}):
            await self._generate(server_ip)

    async def _holds(self, key: dict[str, str], values: dict[str, str]) -> bool:
        kept = await self._tables.rows(_TABLE, list(values), key)
        return bool(kept) and all((kept[0][name] or "") == value for name, value in values.items())

    async def _generate(self, server_ip: str) -> None:
        # Last of all: the generator clears the flag before it reads.
        key = {"server_ip": server_ip}
        await self._tables.update("servers", key, {"rebuild_conf_files": "Y"})


def _columns(server_ip: str, plan: Plan, trunk: Trunk) -> dict[str, str]:
    entry = carrier_entry(plan, is_open=trunk.is_open, version=trunk.version)
    return {
        "carrier_name": plan.code,
        "registration_string": "",
        "template_id": "--NONE--",
        "account_entry": entry.account_entry,
        "protocol": plan.technology.value,
        "globals_string": entry.globals_string,
        "dialplan_entry": entry.dialplan_entry,
        "server_ip": server_ip,
    }
