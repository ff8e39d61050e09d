"""A private root with Debian 11's Asterisk, the last release that has chan_sip and PJSIP both."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from dev import debian
from dev.say import give_up, say

ROOT_VARIABLE = "VENEER_ASTERISK_ROOT"
_RELEASE = "bullseye"
_PACKAGES = ("asterisk", "asterisk-modules")
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
# Sounds, documentation and locales are two thirds of it, and nobody listens.
_NOT_NEEDED = ("usr/share/doc", "usr/share/locale", "usr/share/man", "var/cache/apt/archives")


def ensure_asterisk() -> Path:
    """Gives the root's folder; makes it when there is none, which takes about 70 seconds.

    It lies in the user's cache, or where VENEER_ASTERISK_ROOT says, so that it outlives
    `make clean` and serves every clone.
    """
    root = root_folder()
    if (root / "complete").exists():
        return root
    if os.geteuid() != 0:
        give_up(f"Making a root for Asterisk needs root; set {ROOT_VARIABLE} to one that is there.")
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "complete").exists():
            _make(root)
    return root


def ensure_sipp() -> str:
    """Gives the path of SIPp, which plays phones and carriers; installs Debian's if missing."""
    if shutil.which("sipp", path=_PATH) is None:
        debian.install("sip-tester", instead="put SIPp 3.6 or newer into the PATH as `sipp`")
    found = shutil.which("sipp", path=_PATH)
    return found or give_up("sipp was not found after its installation.")


def root_folder() -> Path:
    """Where the root is, or would be made."""
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "veneer" / f"asterisk-{_RELEASE}"


def _make(root: Path) -> None:
    if shutil.which("debootstrap", path=_PATH) is None:
        debian.install("debootstrap", instead=f"set {ROOT_VARIABLE} to a root with Asterisk 16")
    say(f"setup: making a private root with Debian {_RELEASE}'s Asterisk (about a minute)")
    fresh = root.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    trust = [f"--keyring={_KEYRING}"] if _KEYRING.exists() else ["--no-check-gpg"]
    command = ["debootstrap", "--variant=minbase", *trust, f"--include={','.join(_PACKAGES)}"]
    finished = subprocess.run(
        [*command, _RELEASE, str(fresh), _mirror()],
        env={**os.environ, "PATH": _PATH},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        end = "\n".join((finished.stdout + finished.stderr).splitlines()[-15:])
        give_up(f"debootstrap could not make {fresh}:\n{end}")
    for folder in _NOT_NEEDED:
        shutil.rmtree(fresh / folder, ignore_errors=True)
    (fresh / "complete").touch()
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)
    say("setup: Asterisk is there")


def _mirror() -> str:
    """The mirror that this machine's apt takes Debian itself from."""
    wanted = "$(CREATED_BY)|$(LABEL)|$(SITE)"
    finished = subprocess.run(
        ["apt-get", "indextargets", "--format", wanted], capture_output=True, text=True, check=False
    )
    for line in finished.stdout.splitlines():
        kind, label, site = line.split("|", 2)
        if (kind, label) == ("Packages", "Debian"):
            return site
    return give_up("apt knows no mirror of Debian; run `apt-get update` first.")


if __name__ == "__main__":
    ensure_asterisk()
    ensure_sipp()
