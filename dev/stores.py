"""What is done to the stores once: migrations, and the operator who owns everything else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dev.members import Surroundings, environment
from dev.paths import ROOT
from dev.processes import NotReady, inherited_environment
from services.kit.db.migrations import upgrade

TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Operator:
    """The operator's own tenant, and the user who logs in to its console first."""

    tenant_id: str
    display_name: str
    email: str
    password: str
    time_zone: str = "UTC"
    host_name: str = "console.localhost"


def migrate(around: Surroundings, stores: Iterable[str]) -> None:
    """Brings stores to their newest revision, as `python -m services.<store> migrate` does.

    In one process for all, since loading each service takes longer than its migrations; in a
    thread, since this may be called from a test with a running event loop.
    """

    async def upgrade_all() -> None:
        for name in stores:
            await upgrade(name, around.postgres.owner_url(name))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, upgrade_all()).result()


def operator_key(around: Surroundings, operator: Operator, known: str) -> str:
    """Returns the operator's API key; makes the operator where none is `known`.

    A known one is returned as it is, or another in its place that may do what a later version
    has added. Raises NotReady.
    """
    if known:
        return _told(around, "operator-key", {"VENEER_TENANCY_OPERATOR_KEY": known})
    variables = {
        "VENEER_TENANCY_OPERATOR_ID": operator.tenant_id,
        "VENEER_TENANCY_OPERATOR_DISPLAY_NAME": operator.display_name,
        "VENEER_TENANCY_OPERATOR_HOST_NAME": operator.host_name,
        "VENEER_TENANCY_OPERATOR_TIME_ZONE": operator.time_zone,
        "VENEER_TENANCY_OPERATOR_EMAIL": operator.email,
        "VENEER_TENANCY_OPERATOR_PASSWORD": operator.password,
    }
    # One that is there and whose key is lost is given another.
    return _told(around, "bootstrap", variables) or _told(around, "operator-key", {})


def _told(around: Surroundings, verb: str, variables: Mapping[str, str]) -> str:
    process = _run(around, "tenancy", verb, variables)
    output, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    if process.returncode:
        raise NotReady(f"tenancy {verb} failed:\n{errors[-3000:]}")
    return output.strip()


def _run(
    around: Surroundings, name: str, verb: str, extra: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    variables = {**environment(name, around), **(extra or {})}
    return subprocess.Popen(
        [sys.executable, "-m", f"services.{name}", verb],
        cwd=ROOT,
        env={**inherited_environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
