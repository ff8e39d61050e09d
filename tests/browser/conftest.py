"""One whole suite for all that looks at it from outside for minutes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.road import Road
from tests.support.road_suite import a_road


@pytest.fixture(scope="session")
def road() -> Iterator[Road]:
    with a_road() as running:
        yield running
