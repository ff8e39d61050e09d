"""Journals: where a chunk stands to what has been taken, and what becomes of each line in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from services.kit.errors import Kind, Refusal
from services.telephony.domain.journal_line import Fault, ReadLine, Reason
from services.telephony.domain.leg import JournalLeg

CHUNK_BYTES_MAX = 1 << 20


class JournalGap(Refusal):
    """The chunk begins behind what has been taken: bytes between them would be lost."""

    kind = Kind.FAILED_PRECONDITION
    reason = "JOURNAL_GAP"


class Journal(NamedTuple):
    """One file: the cluster and host that wrote it, and its name without folder."""

    cluster: str
    host: str
    file: str


class StandingLeg(NamedTuple):
    """What is known of a leg that a line tells of again, and where its line stands."""

    digest: bytes
    route_code: str
    file: str
    byte_offset: int


class PlacedLeg(NamedTuple):
    """A leg and the byte offset of its line in the file."""

    leg: JournalLeg
    byte_offset: int


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A line that is put aside, and its byte offset in the file."""

    line: bytes
    byte_offset: int
    fault: Fault


@dataclass(slots=True)
class Sorted:
    """What is to be done with the lines of a chunk. New and corrected legs are by uniqueid."""

    new: dict[str, PlacedLeg] = field(default_factory=dict)
    corrected: dict[str, PlacedLeg] = field(default_factory=dict)
    faults: list[PlacedFault] = field(default_factory=list)


def beyond_cursor(chunk: bytes, offset: int, cursor: int) -> bytes:
    """Gives the part of a chunk at `offset` that has not been taken; refuses with JOURNAL_GAP."""
    if offset > cursor:
        raise JournalGap(
            "The chunk begins behind what has been taken.", offset=offset, cursor=cursor
        )
    return chunk[cursor - offset :]


def sort_lines(
    chunk: bytes, lines: list[ReadLine], journal_offset: int, standing: dict[str, StandingLeg],
    file: str,
) -> Sorted:  # fmt: skip
    """Sorts lines into new legs, corrections of `standing` ones, and lines to put aside.

    Of two lines of one leg, the one read last stands; one that says the same is put aside.
    """
    found = Sorted()
    known = dict(standing)
    for start, end, result in lines:
        offset = journal_offset + start
        if isinstance(result, Fault):
            found.faults.append(PlacedFault(chunk[start:end], offset, result))
            continue
        before = known.get(result.uniqueid)
        if before is None:
            found.new[result.uniqueid] = PlacedLeg(result, offset)
        elif (fault := fault_of_repeat(result, before)) is not None:
            found.faults.append(PlacedFault(chunk[start:end], offset, fault))
            continue
        elif result.uniqueid in found.new:
            found.new[result.uniqueid] = PlacedLeg(result, offset)
        else:
            found.corrected[result.uniqueid] = PlacedLeg(result, offset)
        known[result.uniqueid] = StandingLeg(result.digest, result.route_code, file, offset)
    return found


def fault_of_repeat(leg: JournalLeg, before: StandingLeg) -> Fault | None:
    """Says why a line cannot correct the leg as it stands; None if it can."""
    where = f"{before.file} at {before.byte_offset}"
    if leg.digest == before.digest:
        return Fault(Reason.DUPLICATED, f"The same line stands in {where}.")
    if leg.route_code != before.route_code:
        # Another route may be another tenant: then the call would be charged to both.
        return Fault(Reason.DUPLICATED, f"The leg stands in {where} with another route.")
    return None
