"""Many calls sent straight to usage, as telephony sends them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.kit.rpc.channel import secure_channel
from veneer.usage.v1 import ingest_service_pb2 as pb
from veneer.usage.v1 import ingest_service_pb2_grpc as rpc

BATCH = 10_000
_IN_FLIGHT = 4


@dataclass(frozen=True, slots=True)
class Calls:
    """`count` answered calls of one tenant, spread evenly over [first, last), epoch seconds."""

    tenant: str
    time_zone: str
    count: int
    first: int
    last: int

    def seconds(self, number: int) -> int:
        """Billable seconds of one call: between 1 and 600, all of them often."""
        return number * 7919 % 600 + 1

    def batches(self) -> Iterator[pb.RecordCallsRequest]:
        """The calls as requests."""
        for begin in range(0, self.count, BATCH):
            numbers = range(begin, min(begin + BATCH, self.count))
            yield pb.RecordCallsRequest(
                parent=self.tenant,
                time_zone=self.time_zone,
                batch_id=begin,
                calls=self._columns(numbers),
            )

    def start(self, number: int) -> int:
        """The second in which one call began."""
        return self.first + (self.last - self.first) * number // self.count

    def _columns(self, numbers: range) -> pb.CallColumns:
        starts = [self.start(number) for number in numbers]
        seconds = [self.seconds(number) for number in numbers]
        size = len(numbers)
        return pb.CallColumns(
            call_ids=[_id(self.tenant, s, n) for s, n in zip(starts, numbers, strict=True)],
            directions=[pb.OUTBOUND] * size,
            routes=["route-1"] * size,
            called_numbers=[f"1212555{number % 10_000:04d}" for number in numbers],
            caller_numbers=["12125550199"] * size,
            start_time_millis=[start * 1000 for start in starts],
            answer_time_millis=[start * 1000 + 2000 for start in starts],
            end_time_millis=[
                start * 1000 + 2000 + spoken * 1000
                for start, spoken in zip(starts, seconds, strict=True)
            ],
            billable_seconds=seconds,
            hangup_causes=[16] * size,
            conversation_ids=[f"c{number}" for number in numbers],
            campaigns=["SALES"] * size,
            lists=["1001"] * size,
            agents=["agent7"] * size,
            dispositions=["NI"] * size,
        )


def send(address: str, certificates: Path, calls: Calls) -> None:
    """Sends all the calls and returns when they are stored."""
    asyncio.run(_send(address, certificates, calls))


async def _send(address: str, certificates: Path, calls: Calls) -> None:
    channel = secure_channel("telephony", "usage", address, certificates)
    free = asyncio.Semaphore(_IN_FLIGHT)

    async def requests() -> AsyncIterator[pb.RecordCallsRequest]:
        for batch in calls.batches():
            await free.acquire()
            yield batch

    stored = 0
    try:
        async for answer in rpc.IngestServiceStub(channel).RecordCalls(requests()):
            stored += answer.inserted_count
            free.release()
    finally:
        await channel.close()
    assert stored == calls.count, f"{stored} of {calls.count} calls were stored"


def _id(tenant: str, start: int, number: int) -> str:
    digest = hashlib.sha256(f"{tenant}|{start}|{number}".encode()).digest()
    return base64.b32hexencode(start.to_bytes(5, "big") + digest[:10]).decode().lower()
