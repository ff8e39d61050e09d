"""A call and its legs, as the dialer would know them once all is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from simulators.dialer.scenario import Route


class Kind(StrEnum):
    """How a call came about."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    INBOUND = "inbound"


class Outcome(StrEnum):
    """What became of the call's first try."""

    AGENT = "agent"  # answered by a person, handled by an agent
    MACHINE = "machine"  # answered by a machine
    DROPPED = "dropped"  # answered, but nobody was free
    NO_ANSWER = "no answer"
    BUSY = "busy"
    REFUSED = "refused"  # congestion, or a number out of service


class Transfer(StrEnum):
    """What the agent did with an answered call."""

    NONE = "none"
    QUEUE = "queue"  # to another agent: the same leg goes on
    THREE_WAY = "three-way"  # a second leg beside the first
    BLIND = "blind"  # the customer is connected to a second leg


@dataclass(slots=True)
class Leg:
    """One carrier channel; times in milliseconds since the epoch, `answer_ms` 0 if not answered."""

    direction: str
    uniqueid: str
    linkedid: str
    caller: str
    code: str
    dialled: str
    caller_id: str
    start_ms: int
    answer_ms: int
    end_ms: int
    cause: int

    def billable_seconds(self) -> int:
        """Answered time in whole seconds, half a second rounded up."""
        return (self.end_ms - self.answer_ms + 500) // 1000 if self.answer_ms else 0

    def created(self) -> int:
        """The epoch in the uniqueid, which decides month and local date."""
        return int(self.uniqueid.partition(".")[0])


@dataclass(slots=True)
class Call:
    """One customer call. The tables know `legs[0]`; `sequence` numbers the channels."""

    route: Route
    kind: Kind
    outcome: Outcome
    transfer: Transfer
    dialed_ms: int
    sequence: int
    lead_id: int
    list_id: int
    campaign: str
    phone: str
    caller_id: str
    code: str
    agent: str
    status: str
    disposed_ms: int
    # A number in [0, 1) drawn once per call: decides which of the tables' rare faults it suffers.
    chance: float
    legs: list[Leg] = field(default_factory=list)

    @property
    def leg(self) -> Leg:
        """The leg whose channel the call's rows name."""
        return self.legs[0]

    def channel_id(self, offset: int) -> str:
        """Uniqueid of the call's nth channel in order of creation, the dialer's own ones first."""
        return f"{self.dialed_ms // 1000}.{self.sequence + offset}"

    def end_ms(self) -> int:
        """When the last leg ended."""
        return max(leg.end_ms for leg in self.legs)
