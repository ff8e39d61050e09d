"""Journals: where a chunk stands to what has been taken, and what becomes of each line in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from services.kit.errors import Kind, Refusal
from services.telephony.domain.journal_line import Fault, ReadLine, Reason
from services.telephony.domain.leg import JournalLeg, LegAnswer

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


class PlacedAnswer(NamedTuple):
    """An answer and the byte offset of its line in the file."""

    answer: LegAnswer
    byte_offset: int


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A line that is put aside, and its byte offset in the file."""

    line: bytes
    byte_offset: int
    fault: Fault


@dataclass(slots=True)
class Sorted:
    """What is to be done with the lines of a chunk. Legs and answers are by uniqueid.

    `ended` are the legs that a line told the end of, and that may have been open till then.
    """

    new: dict[str, PlacedLeg] = field(default_factory=dict)
    corrected: dict[str, PlacedLeg] = field(default_factory=dict)
    opened: dict[str, PlacedAnswer] = field(default_factory=dict)
    ended: dict[str, JournalLeg] = field(default_factory=dict)
    superseded: int = 0
    faults: list[PlacedFault] = field(default_factory=list)


@dataclass(slots=True)
class Known:
    """What is there of the legs that lines tell of, by uniqueid: legs, and answers without an end.

    The answer of a leg that a policy has closed is in both.
    """

    legs: dict[str, StandingLeg]
    answers: dict[str, StandingLeg]


def beyond_cursor(chunk: bytes, offset: int, cursor: int) -> bytes:
    """Gives the part of a chunk at `offset` that has not been taken; refuses with JOURNAL_GAP."""
    if offset > cursor:
        raise JournalGap(
            "The chunk begins behind what has been taken.", offset=offset, cursor=cursor
        )
    return chunk[cursor - offset :]


def sort_lines(
    chunk: bytes, lines: list[ReadLine], journal_offset: int, standing: Known, file: str
) -> Sorted:
    """Sorts lines into new legs, corrections of `standing` ones, answers, and lines to put aside.

    Of two lines of one leg, the one read last stands; one that says the same is put aside. An
    answer says nothing that the leg's own line does not say, so behind that one it is left out.
    """
    found = Sorted()
    known = Known(dict(standing.legs), dict(standing.answers))
    for start, end, result in lines:
        offset = journal_offset + start
        if isinstance(result, Fault):
            fault: Fault | None = result
        elif isinstance(result, LegAnswer):
            fault = _sort_answer(result, offset, known, found)
        else:
            fault = _sort_leg(result, offset, known, found)
        if fault is not None:
            found.faults.append(PlacedFault(chunk[start:end], offset, fault))
        elif not isinstance(result, Fault):
            place = StandingLeg(result.digest, result.route_code, file, offset)
            (known.answers if isinstance(result, LegAnswer) else known.legs)[result.uniqueid] = (
                place
            )
    return found


def fault_of_repeat(leg: JournalLeg | LegAnswer, before: StandingLeg) -> Fault | None:
    """Says why a line cannot correct the leg as it stands; None if it can."""
    where = f"{before.file} at {before.byte_offset}"
    if leg.digest == before.digest:
        return Fault(Reason.DUPLICATED, f"The same line stands in {where}.")
    if leg.route_code != before.route_code:
        # Another route may be another tenant: then the call would be charged to both.
        return Fault(Reason.DUPLICATED, f"The leg stands in {where} with another route.")
    return None


def _sort_leg(leg: JournalLeg, offset: int, known: Known, found: Sorted) -> Fault | None:
    answer = known.answers.get(leg.uniqueid)
    if answer is not None and not leg.answer_time_millis:
        where = f"{answer.file} at {answer.byte_offset}"
        return Fault(Reason.CONTRADICTED, f"Its answer stands in {where}.")
    before = known.legs.get(leg.uniqueid)
    if before is not None and (fault := fault_of_repeat(leg, before)) is not None:
        return fault
    if before is None or leg.uniqueid in found.new:
        found.new[leg.uniqueid] = PlacedLeg(leg, offset)
    else:
        found.corrected[leg.uniqueid] = PlacedLeg(leg, offset)
    if answer is not None:
        found.opened.pop(leg.uniqueid, None)
        found.ended[leg.uniqueid] = leg
    return None


def _sort_answer(answer: LegAnswer, offset: int, known: Known, found: Sorted) -> Fault | None:
    if answer.uniqueid in known.legs:
        found.superseded += 1
        return None
    before = known.answers.get(answer.uniqueid)
    if before is not None and (fault := fault_of_repeat(answer, before)) is not None:
        return fault
    found.opened[answer.uniqueid] = PlacedAnswer(answer, offset)
    return None
