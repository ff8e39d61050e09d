"""Reads the schema files and turns them into CREATE TABLE statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("schema.txt")
MANAGED_SCHEMA_FILE = Path(__file__).with_name("managed_schema.txt")
ARCHIVE_SUFFIX = "_archive"


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    auto_increment: bool
    default: str | None


@dataclass
class Table:
    """One table as a schema file describes it; `primary` is empty if there is no primary key.

    A managed table holds what the dialer's administrators and its web API made.
    """

    name: str
    engine: str
    archived: bool
    managed: bool = False
    primary: str = ""
    uniques: list[str] = field(default_factory=list)
    archive_uniques: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]


@cache
def load_schema() -> dict[str, Table]:
    """All tables by name, in the files' order."""
    return {**_tables_of(SCHEMA_FILE), **_tables_of(MANAGED_SCHEMA_FILE)}


def _tables_of(file: Path) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    table: Table | None = None
    managed = file == MANAGED_SCHEMA_FILE
    for line in file.read_text(encoding="ascii").splitlines():
        if not line or line.startswith("#"):
            continue
        word, rest = line.split(" ", 1)
        if word == "table":
            name, engine, *flags = rest.split()
            table = tables[name] = Table(name, engine, "archived" in flags, managed)
            continue
        if table is None:
            raise ValueError(f"{file.name}: a line before the first table: {line!r}")
        _add_line(table, word, rest)
    return tables


def _add_line(table: Table, word: str, rest: str) -> None:
    match word:
        case "primary":
            table.primary = rest
        case "unique":
            table.uniques.append(rest)
        case "archive_unique":
            table.archive_uniques.append(rest)
        case "index":
            table.indexes.append(rest)
        case _:
            kind, _, default = rest.partition(" = ")
            auto = kind.endswith(" auto")
            table.columns.append(Column(word, kind.removesuffix(" auto"), auto, default or None))


def create_statements() -> list[str]:
    """CREATE TABLE IF NOT EXISTS for every table and its archive."""
    statements = []
    for table in load_schema().values():
        statements.append(_create(table, archive=False))
        if table.archived:
            statements.append(_create(table, archive=True))
    return statements


def _create(table: Table, *, archive: bool) -> str:
    name = table.name + ARCHIVE_SUFFIX if archive else table.name
    keys = table.primary.split(",")
    parts = [
        _column(column, in_key=column.name in keys, archive=archive) for column in table.columns
    ]
    if table.primary:
        parts.append(f"PRIMARY KEY ({_quoted(table.primary)})")
    uniques = table.uniques + (table.archive_uniques if archive else [])
    parts += [f"UNIQUE KEY ({_quoted(columns)})" for columns in uniques]
    parts += [f"KEY ({_quoted(columns)})" for columns in table.indexes]
    body = ",\n  ".join(parts)
    return f"CREATE TABLE IF NOT EXISTS `{name}` (\n  {body}\n) ENGINE={table.engine}"


def _column(column: Column, *, in_key: bool, archive: bool) -> str:
    text = f"`{column.name}` {column.type}"
    if in_key:
        text += " NOT NULL"
    elif column.type == "TIMESTAMP":
        text += " NULL"
    if column.auto_increment and not archive:
        text += " AUTO_INCREMENT"
    if column.default is not None:
        text += f" DEFAULT {column.default}"
    return text


def _quoted(columns: str) -> str:
    return ",".join(f"`{name}`" for name in columns.split(","))
