"""One whole suite for all journeys of a test process: every member real, the clock movable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.ports import Ports
from dev.stores import Operator
from dev.suite import MEMBERS, Options, Suite
from tests.support.road import Road

OPERATOR = Operator(
    tenant_id="northgate",
    display_name="Northgate Voice",
    email="operator@northgate.example",
    password="a-long-password-for-journeys",
)


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """A running suite without live dialing: journeys write the legs that they need."""
    options = Options(
        members=tuple(name for name in MEMBERS if name != "simulator"), movable_clock=True
    )
    directory: Path = tmp_path_factory.mktemp("suite")
    with Suite(directory, Ports.free(), options) as suite:
        key = suite.bootstrap(OPERATOR)
        assert key is not None
        yield Road(suite, key)
