"""Writes words into the dialer's tables, wherever a row of a client has room for a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from typing import Any

from dev.mariadb import SIMULATOR, MariaDb
from simulators.dialer.tables.connection import connect

# By which columns a row is known to be a client's.
_OWNERS = ("campaign_id", "list_id", "user_group", "lead_id")
# What the dialer runs by: a word in it would break the dialer, and not only tell.
_FOR_PROGRAMS = re.compile(
    r".*_id|id|user|user_group|status|.*phone.*|.*cid.*|.*number|extension|channel|.*context|.*_ip"
    r"|pass.*|caller_?code|callerid|.*method|.*time.*|.*_calls?|.*prefix|.*_code|country|protocol"
    r"|.*date.*|.*active.*|.*group.*|login.*|.*level|.*exten.*|.*_file.*|filename|location|state"
    r"|dialplan.*|.*_url.*|.*menu.*|.*override|.*script.*|.*order.*|.*filter.*"
)


def plant(
    mariadb: MariaDb, owned: Mapping[str, Sequence[object]], words: Iterable[str]
) -> set[str]:
    """Puts words, one after the other, into every text of the rows that `owned` tells by a column
    and its values; gives the columns that hold one now."""
    told, word = set(), cycle(words)
    with connect(mariadb.url(SIMULATOR)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, IFNULL(character_maximum_length, 0)"
            " FROM information_schema.columns WHERE table_schema = DATABASE()"
        )
        columns: dict[str, list[tuple[str, str, int]]] = {}
        for table, *column in cursor.fetchall():
            columns.setdefault(table, []).append(tuple(column))
        for table, all_of_it in sorted(columns.items()):
            names = {name for name, _, _ in all_of_it}
            for owner in (each for each in _OWNERS if each in names and owned.get(each)):
                for name in _texts(all_of_it):
                    if _put(cursor, (table, name, owner), owned[owner], next(word)):
                        told.add(f"{table}.{name}")
    return told


def _texts(columns: list[tuple[str, str, int]]) -> list[str]:
    kinds = ("varchar", "text", "mediumtext")
    return [
        name
        for name, kind, length in columns
        if kind in kinds and length >= 16 and not _FOR_PROGRAMS.fullmatch(name)
    ]


def _put(cursor: Any, at: tuple[str, str, str], values: Sequence[object], word: str) -> int:
    table, name, owner = at
    places = ", ".join(["%s"] * len(values))
    query = f"UPDATE `{table}` SET `{name}` = %s WHERE `{owner}` IN ({places})"  # noqa: S608
    return int(cursor.execute(query, [word, *values]))
