"""Child processes: started in their own sessions, ready when they answer, never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dev.paths import ROOT

LOG_BYTES_MAX = 20_000_000


class NotReady(Exception):
    """A process ended, or did not answer in time; the text has the end of its log."""


@dataclass(frozen=True)
class Program:
    """What to run. `ready` tells whether it answers; `death_signal` ends it with its starter."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    privileges: Sequence[str] = ()


class Process:
    """One running program. Not thread-safe: start it from the main thread.

    The kernel sends `death_signal` when the thread that started the program ends, so that even
    a kill -9 of the runner leaves nothing behind. `setpriv` asks for that, rather than a
    preexec function of ours, which may hang in a process with threads.
    """

    def __init__(self, program: Program, logs: Path) -> None:
        self.program = program
        self.log_path = logs / f"{program.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """Process id of the running program."""
        return self._process.pid if self._process and self.is_running else None

    @property
    def is_running(self) -> bool:
        """Whether the program has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the program; does not wait until it answers."""
        if self.is_running:
            return
        program = self.program
        death = f"--pdeathsig={program.death_signal.name.removeprefix('SIG')}"
        with self._open_log() as log:
            self._log_start = log.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(
                ["setpriv", death, *program.privileges, "--", *program.command],
                env={**inherited_environment(), **program.environment},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_for_setpriv()

    def wait_until_ready(self, timeout_seconds: float = 60.0) -> None:
        """Returns when the program answers; raises NotReady when it ends or takes too long."""
        deadline = time.monotonic() + timeout_seconds
        while not self.program.ready():
            if not self.is_running:
                raise NotReady(self._complaint("ended"))
            if time.monotonic() > deadline:
                raise NotReady(self._complaint(f"did not answer in {timeout_seconds:.0f} s"))
            time.sleep(0.05)

    def wait_for_log(self, text: str, timeout_seconds: float) -> None:
        """Returns when the program has written `text` since its start; else raises NotReady."""
        deadline = time.monotonic() + timeout_seconds
        while text not in self._said():
            if not self.is_running:
                raise NotReady(self._complaint("ended"))
            if time.monotonic() > deadline:
                raise NotReady(self._complaint(f"did not say {text!r} in {timeout_seconds:.0f} s"))
            time.sleep(0.1)

    def ask_to_stop(self) -> None:
        """Sends the stop signal, so that several programs can stop at the same time."""
        if self._process and self.is_running:
            self._process.send_signal(self.program.stop_signal)

    def stop(self, grace_seconds: float = 15.0) -> None:
        """Stops the program and all it started; kills what is still there after the grace."""
        if self._process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_seconds)
        self.kill()

    def kill(self) -> None:
        """kill -9 of the program and of whatever runs in its session's process group."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _wait_for_setpriv(self) -> None:
        """Were we killed before setpriv has asked for the signal, the program would stay.

        A process that is just being replaced has no command line for a moment, and still the name
        of the one before.
        """
        assert self._process is not None
        command = Path(f"/proc/{self._process.pid}/cmdline")
        deadline = time.monotonic() + 5
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            while self.is_running and command.read_bytes().partition(b"\0")[0] in (b"", b"setpriv"):
                if time.monotonic() > deadline:
                    return
                time.sleep(0.001)

    def _open_log(self) -> IO[bytes]:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_BYTES_MAX:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        return self.log_path.open("ab")

    def _said(self) -> str:
        with self.log_path.open(errors="replace") as log:
            log.seek(self._log_start)
            return log.read()

    def _complaint(self, what: str) -> str:
        lines = self.log_path.read_text(errors="replace").splitlines()[-15:]
        shown = "\n".join(f"    {line[:300]}" for line in lines)
        return f"{self.program.name} {what}; the end of {self.log_path}:\n{shown}"


def inherited_environment() -> dict[str, str]:
    """The environment without the product's variables: those are given on purpose."""
    return {key: value for key, value in os.environ.items() if not key.startswith("VENEER_")}
