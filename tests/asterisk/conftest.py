"""One Asterisk for all tests; each test calls numbers of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.asterisk.rig import Rig
from tests.asterisk.rig import rig as new_rig

# They need root, and minutes: `make test-asterisk` asks for them, other runs do not meet them.
if not os.environ.get("VENEER_TEST_ASTERISK"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def shared_rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A dialer that runs as long as the tests do."""
    with new_rig("tests", tmp_path_factory.mktemp("asterisk")) as made:
        yield made


@pytest.fixture
def rig(shared_rig: Rig) -> Iterator[Rig]:
    """The dialer, without calls of an earlier test."""
    yield shared_rig
    shared_rig.stop_all()
