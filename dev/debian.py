"""Installs Debian packages where that is possible, and says what to do where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from dev.say import give_up, say


def install(*packages: str, instead: str) -> None:
    """Installs `packages` by apt-get as root; `instead` says what a person can do otherwise."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        give_up(f"Missing: {names} (this is not a Debian system). Please {instead}.")
    if os.geteuid() != 0:
        give_up(
            f"Missing: {names}. Please {instead},\n"
            f"or install it as root: apt-get install --no-install-recommends {names}"
        )
    say(f"setup: installing Debian's {names}")
    if _apt("install", *packages) == 0:
        return
    # A fresh machine has no package lists, or old ones.
    _apt("update")
    if _apt("install", *packages) != 0:
        give_up(f"apt-get could not install {names}. Please {instead}.")


def download(package: str, folder: Path, instead: str) -> Path:
    """Brings a package's file into `folder` and installs nothing; needs no root."""
    if shutil.which("apt-get") is None:
        give_up(f"Missing: {package} (this is not a Debian system). Please {instead}.")
    if not _download(package, folder):
        # A fresh machine has no package lists; only root can fetch them.
        _apt("update")
        if not _download(package, folder):
            give_up(f"apt-get could not download {package}. Please {instead}.")
    return next(folder.glob(f"{package}_*.deb"))


def _download(package: str, folder: Path) -> bool:
    # As root apt-get would hand over to a user of its own, who may not write here.
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package]
    finished = subprocess.run(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return finished.returncode == 0


def _apt(verb: str, *packages: str) -> int:
    command = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120", verb]
    if verb == "install":
        command += ["--no-install-recommends", *packages]
    finished = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return finished.returncode
