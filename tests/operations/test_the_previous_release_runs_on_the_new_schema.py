"""The previous release serves beside the next one: its own journeys, on the next one's schema.

`deploy/previous-release.json` names its commit. Its tree is taken out of git into a folder, with
contracts compiled from its own protos; packages are this checkout's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.paths import ROOT
from tests.support.migrations import previous_release

pytestmark = pytest.mark.operations

_JOURNEYS = ("test_a_month_becomes_an_invoice.py", "test_the_session.py")
_TIMEOUT_SECONDS = 900


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the previous release is put; the accounts of databases must be able to look in."""
    made = Path(tempfile.mkdtemp(prefix="previous-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def _take_out(commit: str, folder: Path) -> None:
    """Puts the tree of a commit there; a clone without it fails, as nothing would be tried."""
    known = subprocess.run(["git", "cat-file", "-e", f"{commit}^{{commit}}"], cwd=ROOT, check=False)
    if known.returncode:
        pytest.fail(f"commit {commit} is not in this clone: git fetch --unshallow")
    archive = subprocess.Popen(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True)
    assert archive.wait() == 0


def _set_up(folder: Path) -> Path:
    """Gives the previous release a Python with these packages, and contracts and assets; returns
    that Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    python = folder / ".venv" / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib"))
    for each in packages.iterdir():
        # The one file that leads to this checkout's own contracts.
        if each.name != "generated-protos.pth":
            (folder / ".venv" / packages.relative_to(sys.prefix) / each.name).symlink_to(each)
    for program in Path(sys.executable).parent.iterdir():
        place = python.parent / program.name
        if not place.exists():
            place.symlink_to(program)
    assets = Path("services", "gateway", "static", "vendor")
    shutil.copytree(ROOT / assets, folder / assets)
    subprocess.run([python, "-m", "dev.protos"], cwd=folder, check=True)
    return python


def test_the_previous_release_serves_on_the_new_schema(folder: Path) -> None:
    """Its programs run while its stores are migrated, and go on: nothing they need has gone."""
    _take_out(previous_release().commit, folder)
    python = _set_up(folder)
    journeys = folder / "tests" / "journeys"
    shutil.copy(Path(__file__).with_name("next_schema.py"), journeys / "conftest.py")
    told = ["-q", "-p", "no:cacheprovider", f"--basetemp={folder / 'pytest'}"]
    told += [str(journeys / name) for name in _JOURNEYS]
    finished = subprocess.run(
        [str(python), "-m", "pytest", *told],
        cwd=folder,
        env={**os.environ, "NEXT_ROOT": str(ROOT), "NEXT_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_SECONDS,
    )

    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-2000:]
    assert "skipped" not in finished.stdout
