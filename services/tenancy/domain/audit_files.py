"""The audit log as files: lines of JSON, or rows of text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Final

from services.kit.changes import time_text
from services.tenancy.domain.audit import Entry

CSV: Final = "text/csv"
JSON_LINES: Final = "application/jsonl"

_COLUMNS: Final = (
    "sequence",
    "time",
    "actor",
    "action",
    "resource",
    "field",
    "before",
    "after",
    "hash",
)
# With one of these a sheet begins a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def head(media_type: str) -> bytes:
    """Gives what stands before the first entry."""
    return _rows([_COLUMNS]) if media_type == CSV else b""


def piece(entries: Iterable[Entry], media_type: str) -> bytes:
    """Gives entries as a piece of the file."""
    if media_type == CSV:
        return _rows(row for entry in entries for row in _csv(entry))
    return "".join(f"{json.dumps(_object(entry))}\n" for entry in entries).encode()


def _csv(entry: Entry) -> Iterable[tuple[str, ...]]:
    for each in entry.differences:
        yield (
            str(entry.sequence),
            time_text(entry.time),
            entry.actor.seen,
            entry.action,
            entry.resource,
            each.field,
            each.before,
            each.after,
            entry.hash.hex(),
        )


def _object(entry: Entry) -> dict[str, object]:
    return {
        "tenant": entry.tenant_id,
        "sequence": entry.sequence,
        "time": time_text(entry.time),
        "actor": entry.actor.seen,
        "actorDigest": entry.staff_digest,
        "action": entry.action,
        "resource": entry.resource,
        "differences": [[each.field, each.before, each.after] for each in entry.differences],
        "previousHash": entry.previous_hash.hex(),
        "hash": entry.hash.hex(),
    }


def _rows(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[_quoted(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
