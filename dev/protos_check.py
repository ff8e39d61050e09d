"""Holds the contracts to their rules: format, lint, and no break against what has landed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from dev.paths import GENERATED, PROTOS, ROOT
from dev.protos import DESCRIPTORS, describe

BASE_VARIABLE = "VENEER_BREAKING_BASE"


def main() -> None:
    """Runs at `make protos-check`; exits non-zero when a rule is broken."""
    image = str(GENERATED / DESCRIPTORS)
    _buf("format", "--diff", "--exit-code", str(PROTOS))
    # buf cannot fetch google/api offline, so it judges the compiled image instead of the sources.
    _buf("lint", image, "--path", "veneer", "--config", "buf.yaml")
    base = _landed_commit()
    if base is None:
        print("protos: nothing has landed before this, so nothing can break")
        return
    with tempfile.TemporaryDirectory() as folder:
        landed = _image_of(base, Path(folder))
        if landed is not None:
            against = ["--against", str(landed), "--path", "veneer", "--config", "buf.yaml"]
            _buf("breaking", image, *against)


def _buf(*arguments: str) -> None:
    command = [f"{sysconfig.get_path('scripts')}/buf", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(1)


def _landed_commit() -> str | None:
    """What callers rely on: VENEER_BREAKING_BASE, or origin/main where that is another commit.

    In a clone of just what has landed the two are one, and there is nothing to compare with.
    """
    named = os.environ.get(BASE_VARIABLE)
    base = _commit(named or "origin/main")
    if named and base is None:
        sys.exit(f"{BASE_VARIABLE}={named} is no commit here")
    return base if named or base != _commit("HEAD") else None


def _commit(revision: str) -> str | None:
    found = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None


def _image_of(commit: str, folder: Path) -> Path | None:
    """Compiles the contracts as they were at `commit`; None if there were none."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", commit, "protos"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if archive.returncode:
        return None
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return describe(folder / "protos", folder / DESCRIPTORS)


if __name__ == "__main__":
    main()
