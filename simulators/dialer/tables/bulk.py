"""Loads the tables with a history as it stands when all of it is over."""

from __future__ import annotations

from collections.abc import Iterable

from pymysql.connections import Connection

from simulators.dialer.calls import Call
from simulators.dialer.scenario import Scenario
from simulators.dialer.tables.rows import DAILY_TABLES, LIVE_TABLE, RowMakers, row_makers
from simulators.dialer.tables.schema import ARCHIVE_SUFFIX, load_schema
from simulators.dialer.tables.setup_rows import SetupRows
from simulators.dialer.tables.stage import Stage, Writer
from simulators.dialer.tables.writing import BulkWriter, create_tables, empty_tables, switch_keys

_DAY_SECONDS = 86_400
# The archiver copied these calls, the first ones while they were up: the stale copy stays.
_ARCHIVED = (0.500, 0.520)
_STALE_BELOW = 0.504
_ARCHIVED_TABLES = ("vicidial_log", "vicidial_closer_log", "vicidial_carrier_log")


def load(connection: Connection, scenario: Scenario, calls: Iterable[Call], started: int) -> int:
    """Creates the tables, empties them and writes all rows of the calls; returns how many rows.

    `started` is the epoch of the first run; tables that the dialer keeps for days only get the
    calls of the scenario's last days before it.
    """
    create_tables(connection)
    empty_tables(connection)
    makers = row_makers(scenario.time_zone)
    keyed = [name for name, table in load_schema().items() if table.engine == "MyISAM"]
    switch_keys(connection, keyed, on=False)
    writer = BulkWriter(connection)
    for table, standing in SetupRows(scenario, started).rows().items():
        if table != "vicidial_list":
            writer.add(table, standing)
    leads = _Leads(scenario, started)
    daily_from = (started - scenario.full_tables_days * _DAY_SECONDS) * 1000
    tables = [name for name in makers.by_table if name != LIVE_TABLE]
    lasting = [name for name in tables if name not in DAILY_TABLES]
    for call in calls:
        for table in tables if call.dialed_ms >= daily_from else lasting:
            if rows := makers.by_table[table](call, Stage.SETTLED):
                writer.add(table, rows)
        if _ARCHIVED[0] <= call.chance < _ARCHIVED[1]:
            _archive(writer, makers, call)
        leads.called(call)
    writer.add("vicidial_list", leads.rows())
    writer.finish()
    switch_keys(connection, keyed, on=True)
    return writer.rows


def _archive(writer: BulkWriter, makers: RowMakers, call: Call) -> None:
    stage = Stage.TALKING if call.agent and call.chance < _STALE_BELOW else Stage.SETTLED
    for table in _ARCHIVED_TABLES:
        writer.add(table + ARCHIVE_SUFFIX, makers.by_table[table](call, stage))


class _Leads(Writer):
    """The leads' rows with what the calls made of them."""

    def __init__(self, scenario: Scenario, started: int) -> None:
        super().__init__(scenario.time_zone)
        self._fresh = SetupRows(scenario, started).rows()["vicidial_list"]
        self._last: dict[int, Call] = {}
        self._count: dict[int, int] = {}

    def called(self, call: Call) -> None:
        self._last[call.lead_id] = call
        self._count[call.lead_id] = self._count.get(call.lead_id, 0) + 1

    def rows(self) -> list[tuple[object, ...]]:
        columns = load_schema()["vicidial_list"].column_names()
        status, user = columns.index("status"), columns.index("user")
        count, last_call = columns.index("called_count"), columns.index("last_local_call_time")
        rows = []
        for fresh in self._fresh:
            values = list(fresh)
            call = self._last.get(int(str(fresh[0])))
            if call is not None:
                values[status], values[user] = call.status, call.agent
                values[count] = self._count[call.lead_id]
                values[last_call] = self.at(call.dialed_ms)
            rows.append(tuple(values))
        return rows
