"""Takes a chunk of a journal: every line becomes a leg or is put aside, in one transaction."""

from __future__ import annotations

from datetime import datetime

from services.kit.telemetry import counter
from services.telephony.domain.journal import Journal, Sorted, beyond_cursor, sort_lines
from services.telephony.domain.journal_line import read_lines
from services.telephony.domain.leg import JournalLeg
from services.telephony.store import TelephonyStore
from services.telephony.store.journals import Journals

_lines = counter(
    "telephony.journal.lines", "{line}", "Journal lines taken, by what became of them."
)


async def take_chunk(
    store: TelephonyStore, journal: Journal, offset: int, chunk: bytes, now: datetime
) -> int:
    """Takes what of the chunk at `offset` has not been taken, and gives the bytes taken then.

    Refuses with JOURNAL_GAP a chunk that begins behind what has been taken.
    """
    journals = store.journals
    await journals.lock_host(journal)
    cursor = await journals.cursor(journal)
    chunk = beyond_cursor(chunk, offset, cursor)
    if not chunk:
        return cursor
    lines = read_lines(chunk, millis(now))
    legs = [line.result for line in lines if isinstance(line.result, JournalLeg)]
    standing = await journals.standing(journal, [leg.uniqueid for leg in legs]) if legs else {}
    found = sort_lines(chunk, lines, cursor, standing, journal.file)
    await keep(journals, journal, found)
    await journals.advance(journal, cursor + len(chunk))
    return cursor + len(chunk)


async def keep(journals: Journals, journal: Journal, found: Sorted) -> None:
    """Writes what lines were sorted into."""
    new = list(found.new.values())
    assigned = await journals.assigned({item.leg.route_code for item in new}) if new else set()
    await journals.add_legs(journal, new, assigned)
    await journals.correct_legs(journal, list(found.corrected.values()))
    await journals.put_aside(journal, found.faults)
    _lines.add(len(new), {"outcome": "new"})
    _lines.add(len(found.corrected), {"outcome": "corrected"})
    for fault in found.faults:
        _lines.add(1, {"outcome": fault.fault.reason.value.lower()})


def millis(instant: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return int(instant.timestamp() * 1000)
