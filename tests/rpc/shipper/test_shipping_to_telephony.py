"""The shipper with a real telephony: every line exactly once, whoever is killed and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from services.shipper.host_shipper import HostShipper
from services.shipper.journal_files import JournalFiles
from tests.support.builders.telephony import a_line
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from tests.support.telephony import Around, Client, Running, running, surroundings

FIRST, SECOND = "legs-20261101.journal", "legs-20261102.journal"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def around() -> AsyncIterator[Around]:
    async with surroundings() as made:
        yield made


@asynccontextmanager
async def shipping(
    telephony: Running, client: Client, folder: Path, settle_seconds: float = 0.3
) -> AsyncIterator[None]:
    """Ships the folder as the client's host; at the end it is told to stop."""
    channel = mesh().channel(telephony.port, "telephony", "shipper")
    shipper = HostShipper(channel, "east", client.host, JournalFiles(folder, settle_seconds))
    task = asyncio.create_task(shipper.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()


async def cursors(around: Around, host: str) -> dict[str, int]:
    rows = await around.fetch("SELECT file, byte_offset FROM journal_cursors WHERE host = $1", host)
    return {row["file"]: row["byte_offset"] for row in rows}


async def taken(around: Around, client: Client, files: dict[str, int]) -> None:
    async def is_taken() -> bool:
        assert await cursors(around, client.host) == files
        return True

    await eventually(is_taken, 20)


async def counted(telephony: Running, client: Client, count: int) -> None:
    """Waits until usage has so many calls, each of them once and of one body."""
    await eventually(lambda: len(telephony.usage.calls(client.tenant_id)) == count, 20)
    assert telephony.usage.seconds(client.tenant_id) == 60 * count
    bodies = [b for key, b in telephony.usage.bodies.items() if key[0] == client.tenant_id]
    assert {len(body) for body in bodies} == {1}


def lines(client: Client, count: int) -> bytes:
    return b"".join(a_line(route=client.code).bytes() for _ in range(count))


async def test_lines_are_followed_through_files(around: Around, tmp_path: Path) -> None:
    """What is there, what is appended, and the next day's file."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        content = lines(client, 3)
        (tmp_path / FIRST).write_bytes(content)
        async with shipping(telephony, client, tmp_path):
            await taken(around, client, {FIRST: len(content)})
            with (tmp_path / FIRST).open("ab") as file:
                file.write(lines(client, 2))
            (tmp_path / SECOND).write_bytes(lines(client, 4))
            await counted(telephony, client, 9)


async def test_a_line_in_two_writes_is_one_line(around: Around, tmp_path: Path) -> None:
    """Its first half stays where it is."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        line, other = lines(client, 1), lines(client, 1)
        (tmp_path / FIRST).write_bytes(other + line[:70])
        async with shipping(telephony, client, tmp_path):
            await taken(around, client, {FIRST: len(other)})
            with (tmp_path / FIRST).open("ab") as file:
                file.write(line[70:])
            await counted(telephony, client, 2)
        assert await telephony.quarantined(client.host) == []


async def test_a_line_cut_by_a_crash_is_put_aside(around: Around, tmp_path: Path) -> None:
    """Once the next day has begun."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        cut = lines(client, 1)[:100]
        (tmp_path / FIRST).write_bytes(lines(client, 1) + cut)
        (tmp_path / SECOND).write_bytes(lines(client, 1))
        async with shipping(telephony, client, tmp_path):
            await counted(telephony, client, 2)
            await eventually(lambda: telephony.quarantined(client.host))
        (aside,) = await telephony.quarantined(client.host)
        assert (aside["reason"], aside["line"]) == ("TRUNCATED", cut)


async def test_a_shipper_killed_at_any_byte_loses_nothing(around: Around, tmp_path: Path) -> None:
    """Wherever the cursor stands: after each line, and in the middle of one that was cut."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        content = lines(client, 12)
        for end in range(0, len(content) + 1, 97):
            (tmp_path / FIRST).write_bytes(content[:end])
            whole = content[:end].rfind(b"\n") + 1
            async with shipping(telephony, client, tmp_path):
                await taken(around, client, {FIRST: whole} if whole else {})
            # The journal goes on growing in the same file, as far as the shipper can tell.
        (tmp_path / FIRST).write_bytes(content)
        async with shipping(telephony, client, tmp_path):
            await counted(telephony, client, 12)
        assert await telephony.quarantined(client.host) == []


async def test_two_shippers_at_once_ship_once(around: Around, tmp_path: Path) -> None:
    """A pod that is going and one that comes."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        (tmp_path / FIRST).write_bytes(lines(client, 3000))
        async with (
            shipping(telephony, client, tmp_path),
            shipping(telephony, client, tmp_path),
        ):
            await counted(telephony, client, 3000)
        assert await telephony.quarantined(client.host) == []


async def test_telephony_may_be_away(around: Around, tmp_path: Path) -> None:
    """Killed in the middle of a backlog and started again, each leg is at usage once."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        (tmp_path / FIRST).write_bytes(lines(client, 6000))
        async with shipping(telephony, client, tmp_path):
            await eventually(lambda: cursors(around, client.host))
    async with running(around) as again, shipping(again, client, tmp_path):
        await counted(again, client, 6000)


async def test_a_file_that_shrank_stops_nothing(around: Around, tmp_path: Path) -> None:
    """It is set aside; the next day's lines are shipped."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        (tmp_path / FIRST).write_bytes(lines(client, 3))
        async with shipping(telephony, client, tmp_path):
            await counted(telephony, client, 3)
            (tmp_path / FIRST).write_bytes(b"")
            (tmp_path / SECOND).write_bytes(lines(client, 2))
            await counted(telephony, client, 5)


@pytest.mark.parametrize("count", [5000])
async def test_a_backlog_is_shipped_in_many_chunks(
    around: Around, tmp_path: Path, count: int
) -> None:
    """And bad lines in it are where they are."""
    async with running(around) as telephony:
        client = await telephony.a_client()
        bad = b"nonsense\n"
        content = lines(client, count) + bad + lines(client, 1)
        (tmp_path / FIRST).write_bytes(content)
        async with shipping(telephony, client, tmp_path):
            await taken(around, client, {FIRST: len(content)})
            await counted(telephony, client, count + 1)
        (aside,) = await telephony.quarantined(client.host)
        assert content[aside["byte_offset"] :].startswith(bad)
