"""A real Asterisk in its private root: started, asked, killed; its journal lies on this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from dev.asterisk_files import Addresses, Dialer, files
from dev.asterisk_root import ensure_asterisk
from dev.processes import Process, Program

_STATE = ("db", "journal", "log", "run", "spool")


class Asterisk:
    """One dialer's Asterisk. Its folder is inside of the root, where it can see it."""

    def __init__(self, name: str, addresses: Addresses, logs: Path) -> None:
        self._root = ensure_asterisk()
        self.addresses = addresses
        self.secret = secrets.token_hex(16)
        self._inside = f"/srv/{name}"
        self._folder = self._root / "srv" / name
        self.process = Process(self._program(name), logs)

    @property
    def journal(self) -> Path:
        """The journal's folder as this machine sees it."""
        return self._folder / "journal"

    @staticmethod
    def journal_inside(name: str) -> str:
        """The journal's folder as the Asterisk of that name sees it."""
        return f"/srv/{name}/journal"

    def configure(self, dialer: Dialer) -> None:
        """Writes the configuration; a running Asterisk reads it at its next reload."""
        etc = self._folder / "etc"
        etc.mkdir(parents=True, exist_ok=True)
        for folder in _STATE:
            (self._folder / folder).mkdir(exist_ok=True)
        texts = files(dialer, self.addresses, self.secret)
        for name, text in {**texts, "asterisk.conf": self._main_file()}.items():
            (etc / name).write_text(text)
        # It looks its own machine up, and would wait for name servers that know no better.
        hosts = f"127.0.0.1 localhost {socket.gethostname()}\n"
        (self._root / "etc" / "hosts").write_text(hosts)
        user, group = _owner(self._root)
        for path in [self._folder, *self._folder.iterdir()]:
            os.chown(path, user, group)

    def start(self) -> None:
        """Starts it and waits until it takes calls; seconds."""
        self.process.start()
        self.process.wait_until_ready(60)

    def kill(self) -> None:
        """kill -9: what it has not written is lost."""
        self.process.kill()

    def stop(self) -> None:
        """Ends it, calls and all; its files stay."""
        self.process.stop()

    def remove(self) -> None:
        """Removes its files, the journal with them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, command: str) -> str:
        """Gives what its command line answers; empty when it is not there."""
        finished = subprocess.run(
            [*self._command(), "-rx", command],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
        return finished.stdout if finished.returncode == 0 else ""

    def _program(self, name: str) -> Program:
        return Program(
            name=name,
            command=[*self._command(), "-f", "-n", "-U", "asterisk", "-G", "asterisk"],
            ready=lambda: "fully booted" in self.ask("core waitfullybooted"),
        )

    def _command(self) -> list[str]:
        main_file = f"{self._inside}/etc/asterisk.conf"
        return ["chroot", str(self._root), "/usr/sbin/asterisk", "-C", main_file]

    def _main_file(self) -> str:
        here = self._inside
        return f"""[directories]
astetcdir => {here}/etc
astmoddir => /usr/lib/asterisk/modules
astvarlibdir => /var/lib/asterisk
astdbdir => {here}/db
astkeydir => /var/lib/asterisk
astdatadir => /usr/share/asterisk
astagidir => /usr/share/asterisk/agi-bin
astspooldir => {here}/spool
astrundir => {here}/run
astlogdir => {here}/log
astsbindir => /usr/sbin

[options]
maxfiles = 20000
"""


def _owner(root: Path) -> tuple[int, int]:
    """User and group that the root's Asterisk runs as, by that root's numbers."""
    for line in (root / "etc" / "passwd").read_text().splitlines():
        fields = line.split(":")
        if fields[0] == "asterisk":
            return int(fields[2]), int(fields[3])
    raise RuntimeError(f"{root} has no user asterisk.")
