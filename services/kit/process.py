"""One process, one event loop: runs until a signal or until a worker dies."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

import uvloop

from services.kit.logging import get_logger
from services.kit.telemetry import measure_loop

_CANCEL_AGAIN_SECONDS = 0.5

Worker = Callable[[], Coroutine[Any, Any, None]]

log = get_logger(__name__)


class WorkerDied(Exception):
    """A background worker ended with an exception; the process must end and be started again."""


def run(main: Coroutine[Any, Any, None]) -> None:
    """Runs a program; ends the process with 1 if a worker died."""
    try:
        uvloop.run(main)
    except WorkerDied as died:
        raise SystemExit(1) from died


async def work_until_stopped(workers: Sequence[Worker]) -> None:
    """Runs workers until SIGTERM or SIGINT, then cancels them and waits for them.

    A worker may return; one that raises ends all of them with WorkerDied.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    signalled = asyncio.create_task(stopped.wait())
    working = [
        asyncio.create_task(worker(), name=_name_of(worker)) for worker in (*workers, measure_loop)
    ]
    try:
        await _first_death_or(signalled, working)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        await end_all((signalled, *working))


async def end_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks until all have ended.

    Once is not enough: what is cancelled in the moment in which what it waits for comes true may
    go on as if nothing had been said (asyncio.wait_for before Python 3.12).
    """
    all_of_them = set(tasks)
    pending = all_of_them
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_AGAIN_SECONDS)
    # Taken, so that nobody says that nobody has: what went wrong has been logged.
    await asyncio.gather(*all_of_them, return_exceptions=True)


async def _first_death_or(
    signalled: asyncio.Task[Any], working: Sequence[asyncio.Task[None]]
) -> None:
    pending: set[asyncio.Task[Any]] = {signalled, *working}
    while signalled in pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {signalled}:
            error = None if task.cancelled() else task.exception()
            if error is not None:
                log.error("worker died", worker=task.get_name(), exc_info=error)
                raise WorkerDied(task.get_name()) from error


def _name_of(worker: Worker) -> str:
    return getattr(worker, "__qualname__", type(worker).__name__)
