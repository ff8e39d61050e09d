"""Sends many rows in one statement: each column as one text, a value a line.

Encoding arrays value by value would cost more than making the values.
"""

from __future__ import annotations

from collections.abc import Iterable


def as_text(column: Iterable[str]) -> str:
    """Gives a column's values, none with a line feed, as `rows_of` reads them.

    Each stands after a line feed: a text that is empty would be no value at all.
    """
    return "\n" + "\n".join(column)


def rows_of(names: str, first: int) -> str:
    """Gives a FROM item `row` of the columns `names` from the parameters numbered from `first` on.

    Its first row is of empty texts and must be left out.
    """
    count = names.count(",") + 1
    columns = ", ".join(f"string_to_array(${n}, E'\\n')" for n in range(first, first + count))
    return f"unnest({columns}) AS row ({names})"
