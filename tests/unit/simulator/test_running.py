"""A run as a program: history once, live legs from the first second, a clean end, exact totals."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.eventually import eventually

_ROOT = Path(__file__).parents[3]
# Two lines with a wrong check and one from the future: legs to whoever does not look at that.
_LOOK_GOOD = 3


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "simulators.dialer", *words]


def _totals(directory: Path) -> dict[str, Any]:
    command = _command("totals", "--directory", str(directory))
    answer = subprocess.run(command, cwd=_ROOT, capture_output=True, check=True)
    totals: dict[str, Any] = json.loads(answer.stdout)
    return totals


def _content(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.glob("journals/*/*")}


def _run_history(directory: Path) -> None:
    words = ("run", "--scenario", "small", "--directory", str(directory), "--history-only")
    subprocess.run(_command(*words), cwd=_ROOT, check=True, capture_output=True)


def _good_legs(directory: Path) -> int:
    lines = [line for text in _content(directory).values() for line in text.split(b"\n")]
    return len({line for line in lines if line.startswith(b"1|L|") and line.count(b"|") == 14})


def test_a_history_is_made_once(tmp_path: Path) -> None:
    _run_history(tmp_path)
    before = _content(tmp_path)
    _run_history(tmp_path)

    assert _content(tmp_path) == before
    totals = _totals(tmp_path)
    november = totals["routes"]["abc1"]["months"]["2025-11"]
    assert november["billable_seconds"] == 60_001
    assert sum(day["billable_seconds"] for day in november["days"].values()) == 60_001
    assert totals["routes"]["spare1"]["billable_seconds"] == 600
    assert totals["bad_lines"] == {
        "malformed": 2,
        "truncated": 2,
        "bad_check": 2,
        "future_dated": 1,
        "duplicates": 2,
    }


def test_a_history_killed_half_way_goes_on_where_it_stopped(tmp_path: Path) -> None:
    _run_history(tmp_path)
    before, totals = _content(tmp_path), _totals(tmp_path)
    cut = sorted(before)[-1]
    Path(cut).write_bytes(before[cut][: len(before[cut]) // 2])
    state = tmp_path / "state.json"
    state.write_text(
        state.read_text().replace('"journals_written": true', '"journals_written": false')
    )

    _run_history(tmp_path)

    assert _content(tmp_path) == before
    assert _totals(tmp_path) == totals


async def test_live_legs_end_from_the_first_second_and_all_of_them_when_told_to_stop(
    tmp_path: Path,
) -> None:
    _run_history(tmp_path)
    history = _totals(tmp_path)["all"]["legs"]

    async with _dialing(tmp_path) as process:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0

    written = _totals(tmp_path)["all"]["legs"]
    assert written == _good_legs(tmp_path) - _LOOK_GOOD
    assert written > history


async def test_totals_count_what_a_killed_run_wrote(tmp_path: Path) -> None:
    _run_history(tmp_path)
    history = _totals(tmp_path)["all"]["legs"]

    async with _dialing(tmp_path):
        pass

    written = _totals(tmp_path)["all"]["legs"]
    assert written == _good_legs(tmp_path) - _LOOK_GOOD
    assert written > history


@asynccontextmanager
async def _dialing(directory: Path) -> AsyncIterator[Process]:
    """A run whose first live legs have ended; killed at the end if it still runs."""
    before = _good_legs(directory)
    command = _command("run", "--scenario", "small", "--directory", str(directory))
    process = await asyncio.create_subprocess_exec(*command, cwd=_ROOT)
    try:
        await eventually(lambda: _good_legs(directory) > before, deadline_seconds=60)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_a_directory_of_another_seed_is_refused(tmp_path: Path) -> None:
    _run_history(tmp_path)
    words = ("run", "--scenario", "small", "--directory", str(tmp_path), "--seed", "2")

    answer = subprocess.run(
        _command(*words), cwd=_ROOT, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 2
    assert "belongs to scenario small, seed 1" in answer.stderr
