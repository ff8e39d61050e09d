"""An agreement's plain text as a page shows it: the same words, with headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.portal.devices import device_name
from veneer.tenancy.v1 import agreement_service_pb2 as pb

_HEADING = re.compile(r"(\d+\. )?[A-Z][A-Z ,&/-]+")
_SCHEDULE: Final = "PRICE SCHEDULE"


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading with what stands below it; the schedule has rows of items and prices instead."""

    heading: str
    text: str
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Who has accepted what, as people read it."""

    acceptance_id: str
    version: str
    time: Timestamp
    signer_name: str
    signer_email: str
    network_address: str
    device: str
    note: str
    text_hash: str


def clauses(text: str) -> list[Clause]:
    """Takes a text apart at its empty lines."""
    return [_clause(chunk) for chunk in re.split(r"\n{2,}", text.strip())]


def proof(acceptance: pb.AgreementAcceptance) -> Proof:
    """Puts an acceptance into words."""
    return Proof(
        acceptance_id=acceptance.name.rpartition("/")[2],
        version=acceptance.version,
        time=acceptance.accept_time,
        signer_name=acceptance.signer_name,
        signer_email=acceptance.signer_email,
        network_address=acceptance.network_address,
        device=device_name(acceptance.device) if acceptance.device else "",
        note=acceptance.note,
        text_hash=acceptance.text_hash,
    )


def _clause(chunk: str) -> Clause:
    first, _, rest = chunk.partition("\n")
    if not _HEADING.fullmatch(first):
        return Clause("", chunk)
    lines = [line.partition(": ") for line in rest.splitlines()]
    if first == _SCHEDULE and all(price for _, _, price in lines):
        return Clause(first, "", tuple((item, price) for item, _, price in lines))
    return Clause(first, rest)
