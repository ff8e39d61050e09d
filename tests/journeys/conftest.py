"""One whole suite for all journeys of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.collector import Collector
from tests.support.road import Road
from tests.support.road_suite import a_road


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Takes the traces of the suite, as the cluster's collector does."""
    with Collector() as started:
        yield started


@pytest.fixture(scope="session")
def road(collector: Collector) -> Iterator[Road]:
    with a_road(collector.port) as running:
        yield running
