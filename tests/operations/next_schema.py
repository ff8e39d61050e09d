"""The journeys' suite, for a checkout of the previous release: its stores are brought up to date
by the next one while its programs run.

test_the_previous_release_runs_on_the_new_schema.py puts this file there, in the place of
tests/journeys/conftest.py; NEXT_ROOT and NEXT_PYTHON tell where the next release is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.certificates import ensure_certificates
from dev.members import STORES
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
def road() -> Iterator[Road]:
    """A running suite of the previous release, on the schema of the next."""
    directory = Path(tempfile.mkdtemp(prefix="suite-"))
    certificates = directory / "certificates"
    ensure_certificates(certificates)
    options = Options(
        members=tuple(name for name in MEMBERS if name != "simulator"),
        certificates=certificates,
        movable_clock=True,
    )
    try:
        with Suite(directory, Ports.free(), options) as suite:
            # Its statements are prepared, and its rows are there, before the schema changes.
            road = Road(suite, suite.bootstrap(OPERATOR))
            road.a_client()
            for store in STORES:
                _migrate(suite, store)
            # A replica that starts on the newer schema, beside those that have seen it change.
            suite.restart("gateway")
            yield road
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _migrate(suite: Suite, store: str) -> None:
    prefix = f"VENEER_{store.upper()}"
    subprocess.run(
        [os.environ["NEXT_PYTHON"], "-m", f"services.{store}", "migrate"],
        cwd=os.environ["NEXT_ROOT"],
        env={
            "PATH": os.environ["PATH"],
            f"{prefix}_DATABASE_URL": suite.around.postgres.service_url(store),
            f"{prefix}_OWNER_DATABASE_URL": suite.around.postgres.owner_url(store),
        },
        check=True,
        timeout=120,
    )
