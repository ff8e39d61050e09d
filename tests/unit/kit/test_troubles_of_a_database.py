"""What a database or its driver raises becomes a refusal that a caller can act upon."""

from __future__ import annotations

import asyncpg
import pytest

from services.kit.db.troubles import refusals_for_troubles
from services.kit.errors import Unavailable


@pytest.mark.parametrize(
    "trouble",
    [
        # Tried between the server's farewell and its hanging up.
        asyncpg.InternalClientError("cannot switch to state 11; another operation is in progress"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        ConnectionResetError("Connection reset by peer"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_lost_connection_is_unavailable(trouble: Exception) -> None:
    """The caller may try again; it has done nothing wrong."""
    with pytest.raises(Unavailable), refusals_for_troubles():
        raise trouble


def test_a_bug_stays_a_bug() -> None:
    """What no retry would mend is not dressed as something that one would."""
    with pytest.raises(asyncpg.UndefinedTableError), refusals_for_troubles():
        raise asyncpg.UndefinedTableError("relation does not exist")
