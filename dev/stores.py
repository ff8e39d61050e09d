"""What is done to the stores once: migrations, and the operator who owns everything else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dev.members import Surroundings, migration_environment
from dev.paths import ROOT
from dev.processes import NotReady, inherited_environment

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
    """Brings stores to their newest revision, all at once. Raises NotReady."""
    running = [(name, _run(around, name, "migrate")) for name in stores]
    for name, process in running:
        _, errors = process.communicate(timeout=TIMEOUT_SECONDS)
        if process.returncode:
            raise NotReady(f"The migrations of {name} failed:\n{errors[-3000:]}")


def make_operator(around: Surroundings, operator: Operator) -> str | None:
    """Makes the operator; returns its API key, or None when there has been one already."""
    variables = {
        "VENEER_TENANCY_OPERATOR_ID": operator.tenant_id,
        "VENEER_TENANCY_OPERATOR_DISPLAY_NAME": operator.display_name,
        "VENEER_TENANCY_OPERATOR_HOST_NAME": operator.host_name,
        "VENEER_TENANCY_OPERATOR_TIME_ZONE": operator.time_zone,
        "VENEER_TENANCY_OPERATOR_EMAIL": operator.email,
        "VENEER_TENANCY_OPERATOR_PASSWORD": operator.password,
    }
    process = _run(around, "tenancy", "bootstrap", variables)
    output, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    if process.returncode:
        raise NotReady(f"Making the operator failed:\n{errors[-3000:]}")
    lines = output.strip().splitlines()
    return lines[-1] if lines else None


def _run(
    around: Surroundings, name: str, verb: str, extra: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    variables = {**migration_environment(name, around), **(extra or {})}
    return subprocess.Popen(
        [sys.executable, "-m", f"services.{name}", verb],
        cwd=ROOT,
        env={**inherited_environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
