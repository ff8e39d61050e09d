"""A job runs again and again until it is told to stop; a failing run is not the end of it."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from services.kit.jobs import Postponed, run_every, trouble_of


class Job:
    """Counts its runs and stops after so many; the first one fails."""

    def __init__(self, runs: int) -> None:
        self.left, self.stop = runs, asyncio.Event()

    async def run(self) -> None:
        """Runs once."""
        self.left -= 1
        if not self.left:
            self.stop.set()
        raise KeyError("seen in the log")


async def test_a_job_runs_until_it_is_told_to_stop() -> None:
    job = Job(runs=3)

    await run_every(0, job.run, job.stop)

    assert job.left == 0


async def test_a_stop_does_not_wait_for_the_next_run() -> None:
    job = Job(runs=1)

    async with asyncio.timeout(60):
        await run_every(3600, job.run, job.stop)

    assert job.left == 0


async def test_a_job_that_is_stopped_before_it_began_never_runs() -> None:
    job = Job(runs=1)
    job.stop.set()

    await run_every(0, job.run, job.stop)

    assert job.left == 1


async def test_what_a_piece_of_work_raises_is_returned() -> None:
    trouble = await trouble_of("job", Job(runs=2).run())

    assert isinstance(trouble, KeyError)


async def test_a_cancellation_is_no_trouble_to_survive() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await trouble_of("job", cancelled())


async def test_what_is_only_postponed_is_one_line_of_warning() -> None:
    """Somebody else's trouble, as of an endpoint that is away, is no fault of ours."""

    async def postponed() -> None:
        raise Postponed("It answered 500.")

    with structlog.testing.capture_logs() as said:
        trouble = await trouble_of("job", postponed())

    assert isinstance(trouble, Postponed)
    assert said == [
        {
            "event": "job postponed",
            "job": "job",
            "reason": "It answered 500.",
            "log_level": "warning",
        }
    ]
