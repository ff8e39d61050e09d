"""Reads a line that was put aside once more."""

from __future__ import annotations

from dataclasses import replace

from services.telephony.domain.journal import Known, sort_lines
from services.telephony.domain.journal_line import Fault, ReadLine, Reason, read_line
from services.telephony.domain.leg import JournalLeg, LegAnswer
from services.telephony.store import TelephonyStore
from services.telephony.store.quarantine import REPLAYED, QuarantinedLine
from services.telephony.usecases.take_chunk import Moment, keep, known


async def replay_line(store: TelephonyStore, line_number: int, moment: Moment) -> QuarantinedLine:
    """Makes a leg of the line, or gives it the reason of today; a replayed line stays as it is.

    Refuses with RESOURCE_NOT_FOUND if there is no such line.
    """
    line = await store.quarantine.get_for_update(line_number)
    if line.state == REPLAYED:
        return line
    await store.journals.lock_host(line.journal)
    result = read_line(line.line, moment.millis)
    if not isinstance(result, Fault):
        standing = await known(store, line.journal, [result.uniqueid])
        read = ReadLine(0, len(line.line), result)
        found = sort_lines(line.line, [read], line.byte_offset, standing, line.journal.file)
        fault = found.faults[0].fault if found.faults else _fault_of_later(result, standing)
        if fault is None:
            await keep(store, line.journal, found, moment)
            line = replace(line, state=REPLAYED)
            await store.quarantine.save(line)
            return line
        result = fault
    line = replace(line, fault=result)
    await store.quarantine.save(line)
    return line


def _fault_of_later(result: JournalLeg | LegAnswer, standing: Known) -> Fault | None:
    """What stands was read later than this line, and the line read last stands."""
    leg, answer = standing.legs.get(result.uniqueid), standing.answers.get(result.uniqueid)
    if isinstance(result, JournalLeg) and leg is not None and answer is not None:
        # Nothing but an answer stands, that a policy has made a leg of.
        leg = None if leg.digest == answer.digest else leg
    later = leg if isinstance(result, JournalLeg) else leg or answer
    if later is None:
        return None
    where = f"{later.file} at {later.byte_offset}"
    return Fault(Reason.DUPLICATED, f"A later line of the leg stands in {where}.")
