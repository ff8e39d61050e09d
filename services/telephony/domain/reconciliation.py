"""Holds a day's legs against what the dialer's own tables say of the same calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

# Statuses of calls that nobody answered; their rows may have a length all the same.
_UNANSWERED: Final = frozenset({"NA", "AB", "B", "ADC", "DC", "ADCT", "ADCCAR", "NEW"})
# Codes of calls of which the dialer has a row: automatic, by hand, incoming.
_WITH_A_ROW: Final = ("V", "M", "Y")

# What may differ without a word: rows are lost where uniqueids clash, are cut by clean-ups, and
# count an agent's seconds, ring and all, not a carrier's.
CALLS_SHARE: Final = 100
CALLS_ALWAYS: Final = 2
SECONDS_SHARE: Final = 10
SECONDS_ALWAYS: Final = 60


class DayLeg(NamedTuple):
    """An answered leg of the day."""

    uniqueid: str
    call_code: str
    direction: str
    created_seconds: int
    billable_seconds: int
    end_is_estimated: bool


class DayRow(NamedTuple):
    """A row of the dialer's logs of calls; `seconds` is what it calls their length."""

    uniqueid: str
    call_code: str
    status: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A tenant's day. Calls are answered ones; `explained` are legs that no table can have.

    `reason` says what makes it a drift; empty if it is none.
    """

    tenant_id: str
    local_date: date
    journal_calls: int
    journal_seconds: int
    table_calls: int
    table_seconds: int
    matched_calls: int
    journal_only_calls: int
    table_only_calls: int
    explained_legs: int
    explained_seconds: int
    reason: str = ""

    @property
    def is_drift(self) -> bool:
        """Whether somebody should look."""
        return bool(self.reason)


def reconcile(
    tenant_id: str, day: date, legs: Iterable[DayLeg], rows: Iterable[DayRow]
) -> Reconciliation:
    """Matches each call's first leg with its row, by call code or else by channel."""
    calls, explained = _calls(legs)
    by_key = _rows(rows)
    codes = {row.call_code: key for key, row in by_key.items() if row.call_code}
    matched, pairs = set(), []
    for leg in calls:
        key = codes.get(leg.call_code) if leg.call_code else None
        key = key or (leg.uniqueid if leg.uniqueid in by_key else None)
        if key is not None and key not in matched:
            matched.add(key)
            pairs.append((leg, by_key[key]))
    found = Reconciliation(
        tenant_id=tenant_id,
        local_date=day,
        journal_calls=len(calls),
        journal_seconds=sum(leg.billable_seconds for leg in calls),
        table_calls=len(by_key),
        table_seconds=sum(row.seconds for row in by_key.values()),
        matched_calls=len(pairs),
        journal_only_calls=len(calls) - len(pairs),
        table_only_calls=len(by_key) - len(pairs),
        explained_legs=len(explained),
        explained_seconds=sum(leg.billable_seconds for leg in explained),
    )
    return _judged(found, pairs)


def _calls(legs: Iterable[DayLeg]) -> tuple[list[DayLeg], list[DayLeg]]:
    """First legs of calls, and the legs that have no row of their own.

    Those are second legs of a code (a transfer outside, a second carrier) and three-way legs; legs
    whose end is an estimate are left to the correction that will come.
    """
    calls, explained, seen = [], [], set()
    for leg in sorted(legs, key=lambda leg: (leg.created_seconds, leg.uniqueid)):
        is_incoming = leg.direction == "i"
        has_row = is_incoming or leg.call_code.startswith(_WITH_A_ROW)
        is_again = bool(leg.call_code) and leg.call_code in seen
        if not has_row or is_again or leg.end_is_estimated:
            explained.append(leg)
        else:
            calls.append(leg)
        seen.add(leg.call_code)
    return calls, explained


def _rows(rows: Iterable[DayRow]) -> dict[str, DayRow]:
    """Rows of answered calls by uniqueid; of a call with several the longest counts."""
    by_code: dict[str, DayRow] = {}
    for row in rows:
        if row.seconds <= 0 or row.status in _UNANSWERED:
            continue
        key = row.call_code or row.uniqueid
        if key not in by_code or by_code[key].seconds < row.seconds:
            by_code[key] = row
    return {row.uniqueid: row for row in by_code.values()}


def _judged(found: Reconciliation, pairs: list[tuple[DayLeg, DayRow]]) -> Reconciliation:
    reasons = []
    calls = max(found.journal_calls, found.table_calls)
    if found.table_only_calls > CALLS_ALWAYS + calls // CALLS_SHARE:
        reasons.append("The dialer has calls that no journal has.")
    if found.journal_only_calls > CALLS_ALWAYS + calls // CALLS_SHARE:
        reasons.append("Journals have calls that the dialer has not.")
    ours = sum(leg.billable_seconds for leg, _ in pairs)
    theirs = sum(row.seconds for _, row in pairs)
    if abs(ours - theirs) > SECONDS_ALWAYS + max(ours, theirs) // SECONDS_SHARE:
        reasons.append("The same calls have other seconds there.")
    return replace(found, reason=" ".join(reasons))
