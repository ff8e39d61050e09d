"""Finds what the dialer's tables say of a leg: campaign, list, agent, disposition.

The tables' keys move: the agent's screen rewrites uniqueids and makes some up, rows of unanswered
calls come minutes later. So a leg is found by call code first, then by its channel, then by lead
and time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.telephony.domain.call_code import CallCode, parse
from services.telephony.domain.leg import Description

# What a row says of a call that nobody has disposed of yet.
_NO_DISPOSITIONS = frozenset({"", "QUEUE", "INCALL", "DISPO", "CLOSER", "XFER-A"})
# Users of the dialer's own that are nobody's agents.
_NO_AGENTS = frozenset({"", "VDAD", "VDCL"})
_NO_LISTS = frozenset({0})
_SLACK_SECONDS = 30
_QUEUE_SECONDS_MAX = 3600
_TALK_BEFORE_SECONDS_MAX = 4 * 3600


class LegToDescribe(NamedTuple):
    """What of a leg its description is found by, and what it is now; `address` is its host's."""

    cluster: str
    host: str
    uniqueid: str
    direction: str
    call_code: str
    created_seconds: int
    answer_time_millis: int
    end_time_millis: int
    described: bool
    campaign: str
    list: str
    agent: str
    disposition: str

    @property
    def description(self) -> Description:
        """What is known of it so far."""
        return Description(self.campaign, self.list, self.agent, self.disposition)


class LogRow(NamedTuple):
    """A row of the log of outbound calls, or of the queues' log."""

    uniqueid: str
    lead_id: int
    list_id: int
    campaign_id: str
    status: str
    user: str
    start_seconds: int


class CodeRow(NamedTuple):
    """Which uniqueid a call code had at first, on which host."""

    uniqueid: str
    address: str
    caller_code: str


class CallRows:
    """The rows of a stretch of time, ready to be looked up."""

    def __init__(
        self, log: Iterable[LogRow], queues: Iterable[LogRow], codes: Iterable[CodeRow]
    ) -> None:
        self._log: dict[str, LogRow] = {}
        self._by_lead: defaultdict[int, list[LogRow]] = defaultdict(list)
        self._queues: defaultdict[str, list[LogRow]] = defaultdict(list)
        self._codes: defaultdict[str, list[CodeRow]] = defaultdict(list)
        for row in log:
            self._log[row.uniqueid] = row
            self._by_lead[row.lead_id].append(row)
        for row in queues:
            self._queues[row.uniqueid].append(row)
        for code in codes:
            self._codes[code.caller_code].append(code)

    def describe(self, leg: LegToDescribe, address: str | None) -> Description | None:
        """Gives what the rows say of the leg, or None; `address` is what they call its host.

        Without an address, hosts are not compared.
        """
        code = parse(leg.call_code)
        if leg.direction == "i":
            row = self._queue_row(leg, code)
        elif code is None:
            row = self._log.get(leg.uniqueid)
        elif code.is_beside:
            row = self._row_before(leg, code)
        else:
            row = self._row_by_code(leg, code, address) or self._row_by_lead(leg, code)
        return _description(row) if row is not None else None

    def _queue_row(self, leg: LegToDescribe, code: CallCode | None) -> LogRow | None:
        rows = [
            row
            for row in self._queues.get(leg.uniqueid, ())
            if (code is None or row.lead_id == code.lead_id)
            and abs(row.start_seconds - leg.created_seconds) <= _QUEUE_SECONDS_MAX
        ]
        # One row a queue; what the last one made of the call stands.
        return max(rows, key=lambda row: row.start_seconds, default=None)

    def _row_by_code(
        self, leg: LegToDescribe, code: CallCode, address: str | None
    ) -> LogRow | None:
        uniqueids = [leg.uniqueid] + [
            row.uniqueid
            for row in self._codes.get(leg.call_code, ())
            if address is None or row.address == address
        ]
        for uniqueid in uniqueids:
            row = self._log.get(uniqueid)
            if row is not None and row.lead_id == code.lead_id:
                return row
        return None

    def _row_by_lead(self, leg: LegToDescribe, code: CallCode) -> LogRow | None:
        first = leg.created_seconds - _SLACK_SECONDS
        last = leg.end_time_millis // 1000 + _SLACK_SECONDS
        middle = (leg.answer_time_millis // 1000) or leg.created_seconds
        rows = [
            row for row in self._by_lead.get(code.lead_id, ()) if first <= row.start_seconds <= last
        ]
        return min(rows, key=lambda row: abs(row.start_seconds - middle), default=None)

    def _row_before(self, leg: LegToDescribe, code: CallCode) -> LogRow | None:
        last = leg.created_seconds + _SLACK_SECONDS
        rows = [
            row
            for row in self._by_lead.get(code.lead_id, ())
            if last - _TALK_BEFORE_SECONDS_MAX <= row.start_seconds <= last
        ]
        return max(rows, key=lambda row: row.start_seconds, default=None)


def changed(
    legs: Sequence[LegToDescribe], rows: CallRows, addresses: dict[tuple[str, str], str]
) -> list[tuple[LegToDescribe, Description]]:
    """Gives those legs whose description the rows change, each with the new one.

    A description is never taken back: rows are archived away, and then say nothing.
    """
    found = []
    for leg in legs:
        description = rows.describe(leg, addresses.get((leg.cluster, leg.host)))
        if description is not None and description != leg.description:
            found.append((leg, description))
    return found


def _description(row: LogRow) -> Description:
    return Description(
        campaign=row.campaign_id,
        list="" if row.list_id in _NO_LISTS else str(row.list_id),
        agent="" if row.user in _NO_AGENTS else row.user,
        disposition="" if row.status in _NO_DISPOSITIONS else row.status,
    )
