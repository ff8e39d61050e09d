"""SIPp as a phone or a carrier: plays a scenario, keeps every message it saw."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dev.asterisk_root import ensure_sipp

_MARK = re.compile(r"^-{20,} ([0-9-]{10}[ T\t][0-9:.]+)\s*$", re.M)


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


@dataclass(frozen=True)
class Message:
    """A SIP message, and when it passed."""

    seconds: float
    is_received: bool
    text: str

    def header(self, name: str) -> str:
        """Its first header of that name; empty when there is none."""
        found = re.search(rf"^{name}:\s*(.*?)\s*$", self.text, re.M)
        return found.group(1) if found else ""


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
        """All that it was sent in calls; whoever asks whether it is there is left out."""
        return "\n".join(
            message.text
            for message in self._messages()
            if message.is_received and " OPTIONS" not in message.header("CSeq")
        )

    @property
    def talks(self) -> dict[str, float]:
        """Seconds from the answer to the hang-up of each call to a carrier, by called number."""
        answers: dict[str, float] = {}
        ends: dict[str, float] = {}
        numbers: dict[str, str] = {}
        for message in self._messages():
            call = message.header("Call-ID")
            if message.text.startswith("SIP/2.0 200") and "INVITE" in message.header("CSeq"):
                answers[call] = message.seconds
                numbers[call] = re.sub(r".*sip:([^@]*)@.*", r"\1", message.header("To"))
            elif message.text.startswith("BYE "):
                ends.setdefault(call, message.seconds)
        return {numbers[call]: ends[call] - answers[call] for call in ends}

    @property
    def complaints(self) -> str:
        """What it found wrong, and what it printed last."""
        texts = [path.read_text(errors="replace") for path in self._folder.glob("*.errors")]
        return "\n".join([*texts, (self._folder / "out").read_text(errors="replace")[-1500:]])

    def _messages(self) -> list[Message]:
        path = self._folder / "messages"
        if not path.exists():
            return []
        parts = _MARK.split(path.read_text(errors="replace"))[1:]
        return [
            Message(
                datetime.fromisoformat(time).timestamp(), "message received" in text[:120],
                text.split(":", 1)[1].lstrip(),
            )
            for time, text in zip(parts[::2], parts[1::2], strict=True)
        ]  # fmt: skip


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
