"""python -m dev.image_packages LOCK SBOM: what of requirements.lock the programs need to run.

The lock holds developers' tools too. Which packages the declared dependencies lead to is read from
the installed packages themselves, so this runs in an environment that has all of the lock.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dev.paths import ROOT

LOCK = ROOT / "requirements.lock"


def runtime_packages() -> frozenset[str]:
    """Names of the packages that pyproject's dependencies lead to, on this machine."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    found: set[tuple[str, str]] = set()
    pending = [(Requirement(each), "") for each in declared]
    while pending:
        requirement, extra = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in ("", *sorted(requirement.extras)):
            if (name, wanted) not in found:
                found.add((name, wanted))
                pending += [(each, wanted) for each in _requirements_of(name)]
    return frozenset(name for name, _ in found)


def locked(packages: Iterable[str]) -> str:
    """Gives the lines of these packages in the lock, versions and hashes. Raises KeyError."""
    entries: dict[str, list[str]] = {}
    current: list[str] = []
    for line in LOCK.read_text().splitlines():
        if not line.startswith((" ", "\t")):
            current = entries.setdefault(line.partition("==")[0], [])
        current.append(line)
    return "".join(f"{line}\n" for name in sorted(packages) for line in entries[name])


def bill_of_materials(packages: Iterable[str]) -> dict[str, Any]:
    """Describes the packages as CycloneDX does."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [_component(name) for name in sorted(packages)],
    }


def _component(name: str) -> dict[str, Any]:
    metadata = distribution(name).metadata.json
    version = metadata["version"]
    license_text = metadata.get("license_expression") or metadata.get("license") or "see package"
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": [{"license": {"name": str(license_text).splitlines()[0][:100]}}],
    }


def _requirements_of(name: str) -> list[Requirement]:
    try:
        return [Requirement(each) for each in distribution(name).requires or ()]
    except PackageNotFoundError:
        raise SystemExit(f"{name} is needed to run and is not in requirements.lock") from None


def main() -> None:
    """Writes both files."""
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m dev.image_packages LOCK SBOM")
    packages = runtime_packages()
    Path(sys.argv[1]).write_text(locked(packages))
    Path(sys.argv[2]).write_text(json.dumps(bill_of_materials(packages), indent=2))


if __name__ == "__main__":
    main()
