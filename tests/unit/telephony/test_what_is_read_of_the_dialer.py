"""The columns that are read are there, as they were seen in a real schema."""

from __future__ import annotations

import pytest

from services.telephony.partners.dialer.tables import READ_COLUMNS, WINDOW_COLUMN
from simulators.dialer.tables.schema import load_schema


@pytest.mark.parametrize("table", sorted(READ_COLUMNS))
def test_every_column_is_there(table: str) -> None:
    """Under this very name."""
    assert set(READ_COLUMNS[table]) <= set(load_schema()[table].column_names())


@pytest.mark.parametrize("table", sorted(READ_COLUMNS))
def test_windows_are_read_by_an_index(table: str) -> None:
    """A scan of the table would hold up the dialer."""
    assert WINDOW_COLUMN in load_schema()[table].indexes
