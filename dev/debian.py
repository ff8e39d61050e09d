"""Installs Debian packages where that is possible, and says what to do where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess

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
