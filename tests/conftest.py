"""Fixtures that every test may use; the rest is imported by the tests that need it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.kit.clock import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    """Noon of an ordinary day, standing still."""
    return MovableClock(datetime(2025, 10, 15, 12, 0, tzinfo=UTC))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of a file in one process, since they share what is slow to start."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
