"""Fixtures that every test may use; the rest is imported by the tests that need it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from services.kit.clock import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    """Noon of an ordinary day, standing still."""
    return MovableClock(datetime(2025, 10, 15, 12, 0, tzinfo=UTC))


class OneProcessPerFile(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps the tests of a file in one process, since they share what is slow to start, and those
    of a folder where they share a whole suite."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.rpartition("/")[0]
        return folder if folder in ("tests/journeys", "tests/browser") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneProcessPerFile:
    """Spreads tests over processes; marks of groups do nothing under this version of pytest."""
    return OneProcessPerFile(config, log)
