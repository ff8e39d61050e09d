"""The columns of the dialer's tables that are read, and nothing else of them."""

from __future__ import annotations

from typing import Final

READ_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "vicidial_log": (
        "uniqueid", "lead_id", "list_id", "campaign_id", "status", "user", "start_epoch",
    ),
    "vicidial_closer_log": (
        "uniqueid", "lead_id", "list_id", "campaign_id", "status", "user", "start_epoch",
    ),
    "vicidial_log_extended": ("uniqueid", "server_ip", "caller_code"),
}  # fmt: skip
# Indexed in each of them; local time, so a hint only.
WINDOW_COLUMN: Final = "call_date"


# Between the values of a row; nothing that the dialer stores holds it.
SEPARATOR: Final = "\x1f"


def window_query(table: str) -> str:
    """The rows of a table between two local times, both included.

    A row comes as one text, NULL as empty: decoding value by value is what reading would cost most.
    """
    columns = ", ".join(f"IFNULL(`{column}`, '')" for column in READ_COLUMNS[table])
    return (
        f"SELECT CONCAT_WS(CHAR({ord(SEPARATOR)}), {columns}) FROM `{table}`"  # noqa: S608
        f" WHERE `{WINDOW_COLUMN}` BETWEEN %s AND %s"
    )
