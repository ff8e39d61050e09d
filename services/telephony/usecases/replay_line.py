"""Reads a line that was put aside once more."""

from __future__ import annotations

from dataclasses import replace

from services.telephony.domain.journal import PlacedLeg, Sorted, fault_of_repeat
from services.telephony.domain.journal_line import Fault, Reason, read_line
from services.telephony.store import TelephonyStore
from services.telephony.store.quarantine import REPLAYED, QuarantinedLine
from services.telephony.usecases.take_chunk import Moment, keep


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
        standing = await store.journals.standing(line.journal, [result.uniqueid])
        before = standing.get(result.uniqueid)
        if before is None:
            placed = PlacedLeg(result, line.byte_offset)
            await keep(store.journals, line.journal, Sorted(new={result.uniqueid: placed}), moment)
            line = replace(line, state=REPLAYED)
            await store.quarantine.save(line)
            return line
        # What stands was read later than this line, and the line read last stands.
        result = fault_of_repeat(result, before) or Fault(
            Reason.DUPLICATED, f"A later line of the leg stands in {before.file} at"
            f" {before.byte_offset}.",
        )  # fmt: skip
    line = replace(line, fault=result)
    await store.quarantine.save(line)
    return line
