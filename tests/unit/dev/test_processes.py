"""Child processes: ready when they answer, and gone when their starter is, however it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.paths import ROOT
from dev.processes import NotReady, Process, Program

STARTER = """
import sys, time
from pathlib import Path
from dev.processes import Process, Program
child = Process(Program("child", ["sleep", "600"], ready=lambda: True), Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""


def _program(*command: str, ready: Callable[[], bool] = lambda: True) -> Program:
    return Program("child", command, ready=ready)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_starter_leaves_nothing_behind(tmp_path: Path) -> None:
    """kill -9 of `make run` is no reason for a server to stay."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    child = int(starter.stdout.readline())
    assert _exists(child)

    starter.kill()
    starter.wait()
    starter.stdout.close()

    _wait(lambda: not _exists(child))


def test_one_that_ends_before_it_answers_is_told_with_its_last_words(tmp_path: Path) -> None:
    """The log need not be looked for."""
    process = Process(
        _program("sh", "-c", "echo no such file; exit 3", ready=lambda: False), tmp_path
    )
    process.start()

    with pytest.raises(NotReady, match="no such file"):
        process.wait_until_ready(10)


def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """Every wait has an end."""
    process = Process(_program("sleep", "60", ready=lambda: False), tmp_path)
    process.start()

    with pytest.raises(NotReady, match="did not answer"):
        process.wait_until_ready(0.2)
    process.kill()


def test_one_that_ignores_the_signal_is_killed_after_the_grace(tmp_path: Path) -> None:
    """Stopping ends."""
    script = "trap '' TERM; echo deaf; while true; do sleep 0.05; done"
    process = Process(_program("sh", "-c", script), tmp_path)
    process.start()
    process.wait_for_log("deaf", 5)

    process.stop(grace_seconds=0.2)

    assert not process.is_running


def test_what_was_said_before_a_restart_does_not_count(tmp_path: Path) -> None:
    """Readiness told by a log is that of the process that runs now."""
    process = Process(_program("sh", "-c", "echo ready; sleep 60"), tmp_path)
    process.start()
    process.wait_for_log("ready", 5)
    process.stop()
    process.program = _program("sleep", "60")
    process.start()

    with pytest.raises(NotReady):
        process.wait_for_log("ready", 0.3)
    process.kill()


def test_a_child_does_not_inherit_our_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a service is told is told on purpose."""
    monkeypatch.setenv("VENEER_USAGE_DATABASE_URL", "postgresql://elsewhere")
    process = Process(_program("sh", "-c", "env; echo end; sleep 60"), tmp_path)
    process.start()
    process.wait_for_log("end", 5)

    process.stop()

    assert "VENEER_" not in process.log_path.read_text()


def test_the_stop_signal_reaches_the_program_first(tmp_path: Path) -> None:
    """A server gets to drain."""
    script = "trap 'echo draining; exit 0' TERM; echo up; while true; do sleep 0.02; done"
    process = Process(
        Program("child", ["sh", "-c", script], lambda: True, stop_signal=signal.SIGTERM), tmp_path
    )
    process.start()
    process.wait_for_log("up", 5)

    process.stop()

    assert "draining" in process.log_path.read_text()
