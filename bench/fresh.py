"""From an empty clone to a running demo, and what it takes of the machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import psutil

from bench.figure import Figure
from dev.paths import ROOT
from dev.ports import Ports, variable

_FIRST_SECONDS, _SECOND_SECONDS, _GIGABYTES = 240.0, 30.0, 4.0
_DEADLINE_SECONDS = 600


def measure() -> list[Figure]:
    """Seconds until .run/demo.json is there, twice, and the memory of all that runs then."""
    folder = Path(tempfile.mkdtemp(prefix="fresh-"))
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        # PostgreSQL's account must get through the folder.
        folder.chmod(0o711)
        with _running(folder) as (first, process):
            memory = _gigabytes(process)
        with _running(folder) as (second, _):
            pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Figure.at_most("fresh: from an empty clone to the demo", "s", first, _FIRST_SECONDS),
        Figure.at_most("fresh: a second make run", "s", second, _SECOND_SECONDS),
        Figure.at_most("fresh: memory of the whole suite", "GB", memory, _GIGABYTES),
    ]


@contextmanager
def _running(folder: Path) -> Iterator[tuple[float, psutil.Process]]:
    """Gives the seconds that `make run` took, and its process; ends it as Ctrl-C does."""
    demo, ports = folder / ".run" / "demo.json", Ports.free()
    chosen = {variable(field.name): str(getattr(ports, field.name)) for field in fields(Ports)}
    begin = time.monotonic()
    demo.unlink(missing_ok=True)
    make = subprocess.Popen(
        ["make", "run"],
        cwd=folder,
        env={**os.environ, **chosen},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not demo.exists():
            assert make.poll() is None, "make run ended before the demo was ready"
            assert time.monotonic() - begin < _DEADLINE_SECONDS, "the demo does not come up"
            time.sleep(0.1)
        yield time.monotonic() - begin, psutil.Process(make.pid)
    finally:
        os.killpg(make.pid, signal.SIGINT)
        make.wait(timeout=60)


def _gigabytes(process: psutil.Process) -> float:
    """Memory of a process and all below it; what several share is counted once."""
    everyone = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().pss for each in everyone) / 1e9
