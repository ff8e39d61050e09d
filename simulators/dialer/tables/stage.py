"""The stages of a call at which the dialer writes rows, and what rows share."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from simulators.dialer.calls import Call, Kind, Outcome
from simulators.dialer.local_time import LocalTime, local_time

Row = tuple[object, ...]

ZERO_DATE: Final = "0000-00-00 00:00:00"


class _Word:
    """Renders as a bare SQL word inside the repr of a tuple."""

    def __init__(self, word: str) -> None:
        self._word = word

    def __repr__(self) -> str:
        return self._word


NULL: Final = _Word("NULL")
DEFAULT: Final = _Word("DEFAULT")


class Stage(IntEnum):
    """How far a call has come. Each stage's rows replace those of the stages before."""

    DIALED = 1
    ANSWERED = 2
    TALKING = 3
    ENDED = 4
    SETTLED = 5


def stage_times(call: Call) -> list[tuple[int, Stage]]:
    """When (ms) the call reaches which stage, in order; stages that it skips are left out."""
    leg = call.leg
    times = [(call.dialed_ms, Stage.DIALED)]
    if leg.answer_ms:
        times.append((leg.answer_ms, Stage.ANSWERED))
        if call.outcome is Outcome.AGENT and leg.end_ms - leg.answer_ms > 2_000:
            times.append((leg.answer_ms + 1_500, Stage.TALKING))
    times += [(leg.end_ms, Stage.ENDED), (settled_ms(call), Stage.SETTLED)]
    return times


def settled_ms(call: Call) -> int:
    """When the disposition is written; a sweep finds unanswered calls 4 to 7 minutes later."""
    if call.outcome is Outcome.NO_ANSWER and call.chance > 0.5:
        return call.dialed_ms + 240_000 + int((call.chance - 0.5) * 360_000)
    return call.disposed_ms


class Writer:
    """What every row maker needs of the cluster: its wall clock."""

    def __init__(self, zone_name: str) -> None:
        self.clock: LocalTime = local_time(zone_name)

    def at(self, milliseconds: int) -> str:
        """A DATETIME in the dialer's own zone."""
        return self.clock.stamp(milliseconds // 1000)


def never_finished(call: Call) -> bool:
    """Whether the agent's browser was closed before it could finish the call's row."""
    return call.outcome is Outcome.AGENT and 0.100 <= call.chance < 0.104


def row_number(call: Call) -> int:
    """The AUTO_INCREMENT value of the call's rows: it has at most one in each such table."""
    return call.sequence // 8


def log_uniqueid(call: Call) -> str:
    """The key of the call's row in vicidial_log: not always the carrier channel's."""
    epoch = call.dialed_ms // 1000
    if not call.leg.answer_ms:
        if call.outcome is Outcome.NO_ANSWER:
            return f"{epoch}.{call.lead_id}"
        return call.channel_id(1)
    if call.outcome is Outcome.AGENT:
        if call.kind is Kind.MANUAL and call.chance < 0.10:
            # The browser had seen no channel and made a uniqueid up.
            return f"{call.leg.created()}.{int(call.chance * 10_000_000)}"
        if call.kind is Kind.AUTOMATIC and call.chance < 0.03:
            return f"{call.leg.created()}.{call.lead_id}"
    return call.leg.uniqueid
