"""Which tables a call has rows in, and when each of them changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulators.dialer.calls import Call
from simulators.dialer.tables.log_rows import LogRows
from simulators.dialer.tables.stage import Row, Stage
from simulators.dialer.tables.switch_rows import SwitchRows

RowMaker = Callable[[Call, Stage], list[Row]]

# Kept for a few days only: what is older went to archives that have been trimmed since.
DAILY_TABLES = (
    "vicidial_dial_log",
    "user_call_log",
    "call_log",
    "vicidial_carrier_log",
    "vicidial_agent_log",
    "recording_log",
)
LIVE_TABLE = "vicidial_auto_calls"
# Without a key: inserted once, not replaced.
KEYLESS_TABLES = ("vicidial_dial_log", "vicidial_did_log")


@dataclass(frozen=True)
class RowMakers:
    """Row makers by table, in the order in which the dialer writes the tables."""

    by_table: dict[str, RowMaker]

    def rows(self, table: str, call: Call, stage: Stage) -> list[Row]:
        """The call's rows in the table as of the stage, columns in the schema's order."""
        return self.by_table[table](call, stage)


def row_makers(cluster_zone: str) -> RowMakers:
    """The makers for a cluster whose own clock shows this zone."""
    switch, logs = SwitchRows(cluster_zone), LogRows(cluster_zone)
    return RowMakers(
        {
            LIVE_TABLE: switch.auto_calls,
            "vicidial_dial_log": switch.dial_log,
            "vicidial_did_log": switch.did_log,
            "user_call_log": switch.user_call_log,
            "call_log": switch.call_log,
            "vicidial_carrier_log": switch.carrier_log,
            "vicidial_log": logs.log,
            "vicidial_closer_log": logs.closer_log,
            "vicidial_log_extended": logs.log_extended,
            "vicidial_xfer_log": logs.xfer_log,
            "vicidial_agent_log": logs.agent_log,
            "recording_log": logs.recording_log,
        }
    )
