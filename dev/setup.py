"""Makes a clone ready to run: virtual environment, packages, contracts, assets, certificates.

Runs with the machine's own python3 and the standard library alone, since nothing is installed
yet. What is already there is left as it is, so a repeated set-up takes about a second.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dev import debian
from dev.paths import ROOT, RUN, VENV
from dev.say import give_up, say

PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"


def main() -> None:
    """Runs at `make setup`; `--tests` also gets what only the tests need."""
    if sys.version_info < (3, 11):
        give_up(
            f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
            "Name another one: make setup PYTHON3=/path/to/python3.11"
        )
    make_environment()
    install_packages()
    tests = ["--tests"] if "--tests" in sys.argv[1:] else []
    subprocess.run([PYTHON, "-m", "dev.prepare", *tests], cwd=ROOT, check=True)


def make_environment() -> None:
    """Makes .venv, by Debian's python3-venv where Python came without it."""
    if PYTHON.exists():
        return
    say("setup: making the virtual environment .venv")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        debian.install("python3-venv", instead="install python3-venv, or name another PYTHON3")
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def install_packages() -> None:
    """Brings .venv to exactly what requirements.lock says, by hash; once per lock."""
    stamp = VENV / "installed"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("setup: installing the packages of requirements.lock")
    if not _install_with_uv():
        say("setup: uv did not do it, installing with pip (about two minutes)")
        _pip("-r", str(LOCK))
    stamp.write_text(wanted)
    say("setup: packages are installed")


def _install_with_uv() -> bool:
    """uv takes a tenth of pip's time. It reads no pip.conf, so where only that knows the way
    to a package index it fails, and pip does it."""
    RUN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RUN) as folder:
        only_uv = Path(folder) / "uv.lock.txt"
        only_uv.write_text(_locked("uv"))
        try:
            _pip("-r", str(only_uv), output=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            return False
        sync = [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes"]
        environment = {**os.environ, "UV_NO_CACHE": "1", "UV_NO_CONFIG": "1"}
        finished = subprocess.run(
            [*sync, "--python", str(PYTHON), str(LOCK)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    return finished.returncode == 0


def _locked(package: str) -> str:
    """The lines of one package in the lock: its version and its hashes."""
    lines = LOCK.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = start + 1
    while end < len(lines) and lines[end].startswith((" ", "\t")):
        end += 1
    return "\n".join(lines[start:end]) + "\n"


def _pip(*arguments: str, output: int | None = None) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*command, "--require-hashes", *arguments], check=True, stdout=output, stderr=output
    )


if __name__ == "__main__":
    main()
