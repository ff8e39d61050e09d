"""A lease has one holder at a time, and comes free by itself when its holder is gone."""

from __future__ import annotations

import asyncio

import pytest

from services.kit.clock import MovableClock
from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from tests.store.kit.example.store import ExampleStore

Example = Database[ExampleStore]


@pytest.fixture
def job(tenant: str) -> str:
    """A name that no other test leases."""
    return f"job-{tenant}"


async def test_a_lease_has_one_holder(db: Example, job: str) -> None:
    taken = [await Leases(db, "one").acquire(job, 60), await Leases(db, "two").acquire(job, 60)]

    assert taken == [True, False]


async def test_of_many_at_once_one_gets_the_lease(db: Example, job: str) -> None:
    replicas = [Leases(db, str(number)) for number in range(8)]

    taken = await asyncio.gather(*(replica.acquire(job, 60) for replica in replicas))

    assert taken.count(True) == 1


async def test_a_lease_comes_free_at_its_end(db: Example, clock: MovableClock, job: str) -> None:
    await Leases(db, "one").acquire(job, 60)

    clock.advance(seconds=60)

    assert await Leases(db, "two").acquire(job, 60)


async def test_a_holder_renews_its_lease(db: Example, clock: MovableClock, job: str) -> None:
    await Leases(db, "one").acquire(job, 60)
    clock.advance(seconds=50)
    await Leases(db, "one").acquire(job, 60)
    clock.advance(seconds=50)

    assert not await Leases(db, "two").acquire(job, 60)


async def test_a_lease_can_be_given_back(db: Example, job: str) -> None:
    await Leases(db, "one").acquire(job, 60)
    await Leases(db, "one").release(job)

    assert await Leases(db, "two").acquire(job, 60)


async def test_a_lease_of_others_cannot_be_given_back(db: Example, job: str) -> None:
    await Leases(db, "one").acquire(job, 60)
    await Leases(db, "two").release(job)

    assert not await Leases(db, "two").acquire(job, 60)


async def test_a_guarded_job_is_done_by_one_replica(db: Example, job: str) -> None:
    done = []

    async def work_while_another_tries() -> None:
        done.append("one")
        await Leases(db, "two").guard(job, 60, never)()

    async def never() -> None:
        done.append("two")

    await Leases(db, "one").guard(job, 60, work_while_another_tries)()

    assert done == ["one"]


async def test_a_guarded_job_gives_its_lease_back_when_it_fails(db: Example, job: str) -> None:
    async def fail() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        await Leases(db, "one").guard(job, 60, fail)()

    assert await Leases(db, "two").acquire(job, 60)


async def test_a_guarded_job_does_not_outlast_its_lease(db: Example, job: str) -> None:
    with pytest.raises(TimeoutError):
        await Leases(db, "one").guard(job, 0.05, asyncio.Event().wait)()
