"""usage's ingest over gRPC, committed with its histogram, against raw COPY of the same rows."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import asyncpg

from bench.figure import Figure, middle
from dev.certificates import ensure_certificates
from dev.ports import Ports
from dev.suite import Options, Suite
from services.kit.db.urls import with_database
from services.kit.rpc.channel import secure_channel
from veneer.usage.v1 import ingest_service_pb2 as pb
from veneer.usage.v1 import ingest_service_pb2_grpc as rpc

_BATCH: Final = 10_000
_BATCHES: Final = 12
_ROUNDS: Final = 5
_WANTED: Final = 0.25
_TENANT: Final = "bench"
_FIRST_SECOND: Final = 1_762_183_800
_CALLS_A_SECOND: Final = 20
_AREA_CODES: Final = (205, 212, 305, 312, 404, 415, 416, 512, 617, 702, 713, 787, 808, 907)

_BARE_TABLE: Final = """
CREATE TABLE bare (tenant_id text, call_id text, direction smallint, route text, called_number text,
  caller_number text, start_time_millis bigint, answer_time_millis bigint, end_time_millis bigint,
  billable_seconds integer, hangup_cause smallint, conversation_id text, campaign text, list text,
  agent text, disposition text,
  end_estimate boolean)
"""

Row = tuple[Any, ...]


def measure() -> list[Figure]:
    """Runs PostgreSQL and usage as processes of their own, and measures both ways in turns."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        directory = Path(folder)
        # Root lends PostgreSQL another account, which must be able to enter.
        directory.chmod(0o711)
        ensure_certificates(directory / "certificates")
        options = Options(members=("postgres", "usage"), certificates=directory / "certificates")
        with Suite(directory / "suite", Ports.free(), options) as suite:
            rates = asyncio.run(_rates(suite, directory / "certificates" / "mesh"))
    ours, reference = (middle(column) for column in zip(*rates, strict=True))
    return [Figure.at_least("ingest", "calls/s", (ours, reference), _WANTED)]


async def _rates(suite: Suite, certificates: Path) -> list[tuple[float, float]]:
    database = await asyncpg.connect(with_database(suite.postgres.admin_url, "usage"))
    await database.execute(_BARE_TABLE)
    channel = secure_channel("telephony", "usage", suite.address("usage"), certificates)
    rates = []
    try:
        # The first round, which makes the month's partition and fills the caches, is not counted.
        for number in range(_ROUNDS + 1):
            batches = [_batch(number * _BATCHES + index) for index in range(_BATCHES)]
            calls = _BATCH * _BATCHES
            ours = calls / await _seconds_to_record(channel, batches)
            reference = calls / await _seconds_to_copy(database, batches)
            rates.append((ours, reference))
    finally:
        await channel.close()
        await database.close()
    return rates[1:]


async def _seconds_to_record(channel: Any, batches: list[list[Row]]) -> float:
    requests = [_request(index, batch) for index, batch in enumerate(batches)]
    answered = inserted = 0
    started = time.perf_counter()
    async for answer in rpc.IngestServiceStub(channel).RecordCalls(iter(requests)):
        answered += 1
        inserted += answer.inserted_count
    seconds = time.perf_counter() - started
    assert (answered, inserted) == (len(batches), _BATCH * len(batches)), (answered, inserted)
    return seconds


async def _seconds_to_copy(database: asyncpg.Connection, batches: list[list[Row]]) -> float:
    columns = list(_columns())
    copied = [[(_TENANT, *row) for row in batch] for batch in batches]
    started = time.perf_counter()
    for batch in copied:
        await database.copy_records_to_table("bare", records=batch, columns=columns)
    return time.perf_counter() - started


def _columns() -> Iterator[str]:
    """Gives the columns of the bare table: whose, then the contract's arrays in their order."""
    for part in _BARE_TABLE.partition("(")[2].split(","):
        yield part.split()[0]


def _request(number: int, batch: list[Row]) -> pb.RecordCallsRequest:
    names = [field.name for field in pb.CallColumns.DESCRIPTOR.fields]
    arrays: dict[str, Any] = dict(zip(names, zip(*batch, strict=True), strict=True))
    return pb.RecordCallsRequest(
        parent=f"tenants/{_TENANT}",
        time_zone="America/New_York",
        batch_id=number,
        calls=pb.CallColumns(**arrays),
    )


def _batch(number: int) -> list[Row]:
    """Ten thousand calls of a predictive dialer, in the order of their ends: most not answered."""
    chance = random.Random(number)
    return [_row(chance, number * _BATCH + index) for index in range(_BATCH)]


def _row(chance: random.Random, number: int) -> Row:
    second = _FIRST_SECOND + number // _CALLS_A_SECOND - chance.randint(0, 120)
    talked = min(int(chance.expovariate(1 / 60)) + 1, 1800) if chance.random() < 0.4 else 0
    answer = (second + 9) * 1000 if talked else 0
    digest = hashlib.sha256(str(number).encode()).digest()[:10]
    return (
        base64.b32hexencode(second.to_bytes(5, "big") + digest).decode().lower(),
        pb.OUTBOUND if chance.random() < 0.95 else pb.INBOUND,
        "abc1",
        f"1{chance.choice(_AREA_CODES)}{chance.randint(2_000_000, 9_999_999)}",
        "18005550100",
        second * 1000,
        answer,
        answer + talked * 1000 if talked else (second + 25) * 1000,
        talked,
        16 if talked else 19,
        f"{second - 1}.{number}",
        "SOLAR1",
        f"10{chance.randint(1, 9)}",
        f"agent{chance.randint(1, 50)}" if talked else "",
        chance.choice(("SALE", "NI", "CALLBK")) if talked else "NA",
        False,
    )
