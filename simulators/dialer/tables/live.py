"""Keeps the tables up while dialing: each stage of a call changes its rows."""

from __future__ import annotations

import sys

from pymysql.connections import Connection

from simulators.dialer.calls import Call, Kind
from simulators.dialer.scenario import Scenario
from simulators.dialer.tables.connection import DatabaseError, connect
from simulators.dialer.tables.rows import KEYLESS_TABLES, row_makers
from simulators.dialer.tables.stage import Stage, Writer
from simulators.dialer.tables.writing import insert

_RETRY_STAGES = 200


class LiveTables(Writer):
    """Writes stages to the database; goes on without it, as a dialer does."""

    def __init__(self, scenario: Scenario, url: str) -> None:
        super().__init__(scenario.time_zone)
        self._url = url
        self._makers = row_makers(scenario.time_zone)
        self._connection: Connection | None = connect(url)
        self._lost = 0

    def reach(self, call: Call, stage: Stage) -> None:
        """Writes the rows that change at the stage; drops them while the database is gone."""
        try:
            if self._connection is None:
                self._lost += 1
                if self._lost % _RETRY_STAGES:
                    return
                self._connection = connect(self._url)
            self._write(self._connection, call, stage)
        except DatabaseError as problem:
            if self._connection is not None:
                print(f"dialer: the tables are not being written: {problem}", file=sys.stderr)
            self._connection = None

    def _write(self, connection: Connection, call: Call, stage: Stage) -> None:
        for table, make in self._makers.by_table.items():
            if table in KEYLESS_TABLES and stage is not Stage.DIALED:
                continue
            values = [repr(row) for row in make(call, stage)]
            if values:
                insert(connection, table, values, "REPLACE")
        with connection.cursor() as cursor:
            for statement, values_of in self._changes(call, stage):
                cursor.execute(statement, values_of)

    def _changes(self, call: Call, stage: Stage) -> list[tuple[str, tuple[object, ...]]]:
        """What is not a row put in place of another: keys that move, rows that go, leads."""
        changes: list[tuple[str, tuple[object, ...]]] = []
        host = call.route.host.address
        if stage is Stage.ANSWERED and call.kind is Kind.MANUAL and call.chance <= 0.95:
            changes.append((
                "DELETE FROM call_log WHERE uniqueid = %s AND channel LIKE 'Local/%%'",
                (call.channel_id(0),),
            ))  # fmt: skip
        if stage is Stage.ENDED:
            changes.append((
                "DELETE FROM vicidial_auto_calls WHERE callerid = %s AND server_ip = %s",
                (call.code, host),
            ))  # fmt: skip
            if call.kind is not Kind.INBOUND:
                row = self._makers.rows("vicidial_dial_log", call, stage)[0]
                changes.append((
                    "UPDATE vicidial_dial_log SET sip_hangup_cause = %s, sip_hangup_reason = %s,"
                    " uniqueid = %s WHERE caller_code = %s AND server_ip = %s",
                    (row[9], row[10], row[11], call.code, host),
                ))  # fmt: skip
        if stage is Stage.SETTLED:
            changes.append((
                "UPDATE vicidial_list SET status = %s, user = %s, called_count = called_count + 1,"
                " last_local_call_time = %s WHERE lead_id = %s",
                (call.status, call.agent, self.at(call.dialed_ms), call.lead_id),
            ))  # fmt: skip
            if self._moved_carrier_row(call):
                changes.append((
                    "DELETE FROM vicidial_carrier_log WHERE uniqueid = %s", (call.channel_id(1),)
                ))  # fmt: skip
        return changes

    def _moved_carrier_row(self, call: Call) -> bool:
        rows = self._makers.rows("vicidial_carrier_log", call, Stage.SETTLED)
        return bool(rows) and call.kind is Kind.AUTOMATIC and rows[0][0] == call.leg.uniqueid

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
