"""A DNS server on loopback: real messages on UDP, and as rude as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

LOOPBACK = "127.0.0.1"


@dataclass
class Zone:
    """TXT records by name: each is a list of strings. A name that is not there is NXDOMAIN."""

    records: dict[str, list[list[str]]] = field(default_factory=dict)
    # Names that are answered with an error, or not at all.
    failing: dict[str, dns.rcode.Rcode] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def set(self, record: str, *texts: str) -> None:
        """Gives a name these TXT records."""
        self.records[record] = [[text] for text in texts]

    def answer(self, question: dns.message.Message) -> dns.message.Message | None:
        """Answers a question, or does not."""
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        if name in self.silent:
            return None
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.AA | dns.flags.RA
        if name in self.failing:
            answer.set_rcode(self.failing[name])
        elif name not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif self.records[name]:
            texts = (" ".join(f'"{text}"' for text in each) for each in self.records[name])
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *texts))
        return answer


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # What asyncio itself makes is of no class that says so.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._zone.answer(dns.message.from_wire(data))
        if answer is not None:
            self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def serving_zone(zone: Zone) -> AsyncIterator[tuple[str, int]]:
    """Serves a zone, and gives where."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Protocol(zone), local_addr=(LOOPBACK, 0)
    )
    try:
        yield transport.get_extra_info("sockname")[:2]
    finally:
        transport.close()
