"""A whole suite of its own, which these tests take apart."""

from __future__ import annotations

import os

from tests.journeys.conftest import collector, road

# They take minutes: `make test-recovery` asks for them, other runs do not meet them.
if not os.environ.get("VENEER_TEST_RECOVERY"):
    collect_ignore_glob = ["test_*.py"]

__all__ = ["collector", "road"]
