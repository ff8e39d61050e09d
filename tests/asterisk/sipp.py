"""SIPp as a phone or a carrier: plays a scenario, keeps every message it saw."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dev.asterisk_root import ensure_sipp


@dataclass(frozen=True)
class End:
    """An address on the loopback network."""

    host: str
    port: int

    @staticmethod
    def at(host: str) -> End:
        """A UDP port of that address that is free now."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
            return End(host, probe.getsockname()[1])


class Sipp:
    """One running SIPp."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder


    async def succeeded(self, timeout_seconds: float = 30) -> bool:
        """Waits until all its calls are over; tells whether each went as its scenario says."""
        try:
            await asyncio.to_thread(self._process.wait, timeout_seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            return False
        return self._process.returncode == 0

    def stop(self) -> None:
        """Ends it at once, calls or no calls."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    @property
    def aborted(self) -> bool:
        """Whether a call did not go as its scenario says."""
        return "Aborting call" in self.complaints

    @property
    def received(self) -> str:
        """All that it was sent."""
        return "\n".join(self._messages("received"))

    @property
    def complaints(self) -> str:
        """What it found wrong, and what it printed last."""
        texts = [path.read_text(errors="replace") for path in self._folder.glob("*.errors")]
        return "\n".join([*texts, (self._folder / "out").read_text(errors="replace")[-1500:]])

    def _messages(self, direction: str) -> list[str]:
        path = self._folder / "messages"
        if not path.exists():
            return []
        parts = re.split(r"^-{20,}.*\n", path.read_text(errors="replace"), flags=re.M)
        return [part for part in parts if f"message {direction}" in part[:120]]


@dataclass(frozen=True)
class Playing:
    """How to play: from where, how many calls, and for a phone whom to call."""

    scenario: str
    local: End
    calls: int = 1
    number: str = ""
    remote: End | None = None
    calls_per_second: int = 50


def play(playing: Playing, folder: Path) -> Sipp:
    """Starts SIPp on a scenario, as a phone if it calls somebody, else as a carrier."""
    folder.mkdir(parents=True, exist_ok=True)
    scenario = folder / "scenario.xml"
    scenario.write_text(playing.scenario)
    command = [ensure_sipp(), "-sf", str(scenario), "-nostdin", "-aa"]
    command += ["-i", playing.local.host, "-p", str(playing.local.port)]
    command += ["-mp", str(End.at(playing.local.host).port // 4 * 4)]
    command += ["-trace_msg", "-message_file", str(folder / "messages")]
    command += ["-trace_err", "-error_file", str(folder / "sipp.errors")]
    if playing.remote is not None:
        # A carrier has no last call: whoever asks whether it is there counts as one.
        calls = str(playing.calls)
        command += ["-m", calls, "-l", calls, "-r", str(playing.calls_per_second)]
        command += ["-s", playing.number, f"{playing.remote.host}:{playing.remote.port}"]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    return Sipp(process, folder)
