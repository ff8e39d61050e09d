"""Takes a chunk of a journal: every line becomes a leg or is put aside, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.kit.telemetry import counter
from services.telephony.domain.journal import (
    Journal,
    Known,
    PlacedLeg,
    Sorted,
    beyond_cursor,
    sort_lines,
)
from services.telephony.domain.journal_line import Fault, ReadLine, read_lines
from services.telephony.domain.leg import LegState
from services.telephony.domain.open_leg import signs_after
from services.telephony.store import TelephonyStore

_lines = counter(
    "telephony.journal.lines", "{line}", "Journal lines taken, by what became of them."
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When lines are read: now, and the start before which legs wait for a description."""

    now: datetime
    awaited_before_seconds: int = 0

    @property
    def millis(self) -> int:
        """Milliseconds since 1970 UTC."""
        return int(self.now.timestamp() * 1000)


async def take_chunk(
    store: TelephonyStore, journal: Journal, offset: int, chunk: bytes, moment: Moment
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
    lines = read_lines(chunk, moment.millis)
    uniqueids = [line.result.uniqueid for line in lines if not isinstance(line.result, Fault)]
    standing = await known(store, journal, uniqueids)
    found = sort_lines(chunk, lines, cursor, standing, journal.file)
    await keep(store, journal, found, moment)
    if uniqueids:
        await _note_signs(store, journal, lines)
    await journals.advance(journal, cursor + len(chunk))
    return cursor + len(chunk)


async def known(store: TelephonyStore, journal: Journal, uniqueids: list[str]) -> Known:
    """Gives what is there of these legs of a host."""
    if not uniqueids:
        return Known({}, {})
    return Known(
        await store.journals.standing(journal, uniqueids),
        await store.open_legs.standing(journal, uniqueids),
    )


async def keep(store: TelephonyStore, journal: Journal, found: Sorted, moment: Moment) -> None:
    """Writes what lines were sorted into."""
    journals, new = store.journals, list(found.new.values())
    assigned = await journals.assigned({item.leg.route_code for item in new}) if new else set()
    await journals.add_legs(journal, [(item, _state(item, assigned, moment)) for item in new])
    await journals.correct_legs(journal, list(found.corrected.values()))
    await store.open_legs.open(journal, list(found.opened.values()))
    await store.open_legs.end(journal, found.ended)
    await journals.put_aside(journal, found.faults)
    _lines.add(len(new), {"outcome": "new"})
    _lines.add(len(found.corrected), {"outcome": "corrected"})
    _lines.add(len(found.opened), {"outcome": "open"})
    for fault in found.faults:
        _lines.add(1, {"outcome": fault.fault.reason.value.lower()})


async def _note_signs(store: TelephonyStore, journal: Journal, lines: list[ReadLine]) -> None:
    before = await store.host_lives.signs(journal.cluster, journal.host)
    signs, restarts = signs_after(before, lines)
    await store.host_lives.set_signs(journal.cluster, journal.host, signs)
    for sign in restarts:
        await store.host_lives.mark_lost(journal.cluster, journal.host, sign)


def _state(item: PlacedLeg, assigned: set[str], moment: Moment) -> LegState:
    if item.leg.route_code not in assigned:
        return LegState.UNASSIGNED
    if item.leg.created_seconds < moment.awaited_before_seconds:
        return LegState.AWAITED
    return LegState.PENDING
