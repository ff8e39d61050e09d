"""A suite of its own for a measurement: no live dialing, free ports, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.ports import Ports
from dev.stores import Operator
from dev.suite import MEMBERS, Options, Suite
from tests.support.road import Road

_OPERATOR = Operator(
    tenant_id="northgate",
    display_name="Northgate Voice",
    email="operator@northgate.example",
    password="a-long-password-for-the-bench",
)


@contextmanager
def road() -> Iterator[Road]:
    """Runs a suite and gives the road on it."""
    directory = Path(tempfile.mkdtemp(prefix="bench-"))
    members = tuple(name for name in MEMBERS if name != "simulator")
    try:
        with Suite(directory, Ports.free(), Options(members=members)) as suite:
            yield Road(suite, suite.bootstrap(_OPERATOR))
    finally:
        shutil.rmtree(directory, ignore_errors=True)
