"""Makes calls: who is dialed, what becomes of it, and which legs it leaves."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from simulators.dialer.calls import Call, Kind, Leg, Outcome, Transfer
from simulators.dialer.local_time import local_time
from simulators.dialer.scenario import Route
from simulators.dialer.talk import Talk, answered_ms

# Area codes per zone. All numbers are of the block 555-0100 to 555-0199, kept free for fiction.
_AREAS = {
    "America/New_York": ("212", "305", "404", "617", "718", "973"),
    "America/Chicago": ("312", "214", "713", "612", "504"),
    "America/Los_Angeles": ("415", "213", "206", "619", "503"),
}
_SALE, _CALLBACK, _NO_CONTACT, _DO_NOT_CALL = 0.06, 0.18, 0.30, 0.34
_LETTERS = {"automatic": "V", "manual": "M", "inbound": "Y"}
CHANNELS_PER_CALL = 8
# A channel is there a moment before the dialplan runs on it, now and then in the second before.
_CREATION_MS = 20
LEADS_PER_ROUTE = 100_000


class Try(NamedTuple):
    """One decision to dial: when, what kind, and the talk it leads to (None: not answered)."""

    at_ms: int
    kind: Kind
    talk: Talk | None
    transfer: Transfer = Transfer.NONE
    second_talk: Talk | None = None
    longest_ring_ms: int = 18_000


def lead_phone(route: Route, number: int) -> str:
    """The number of a route's nth lead, country code first."""
    areas = _AREAS.get(route.time_zone, ("202",))
    return f"1{areas[number % len(areas)]}55501{number // len(areas) % 100:02d}"


def _phones(route: Route) -> list[str]:
    return [lead_phone(route, number) for number in range(route.leads)]


def list_of(route: Route, campaign_number: int) -> int:
    """Id of the campaign's list: the route's dial prefix, then the campaign's number."""
    return int(route.dial_prefix) * 1000 + campaign_number


def draw_transfer(rng: Random, talk: Talk) -> Transfer:
    """What the agent does with an answered outbound call; nothing with machines and short ones."""
    if talk.seconds < 25 or talk.machine:
        return Transfer.NONE
    roll = rng.random()
    if roll < 0.04:
        return Transfer.QUEUE
    if roll < 0.06:
        return Transfer.BLIND
    return Transfer.THREE_WAY if roll < 0.08 else Transfer.NONE


class RouteDialer:
    """Dials for one route. The same seed and the same tries make the same calls."""

    def __init__(self, route: Route, route_number: int, cluster_zone: str, rng: Random) -> None:
        self.route = route
        self._first_lead = (route_number + 1) * LEADS_PER_ROUTE
        self._clock = local_time(cluster_zone)
        self._rng = rng
        self._phones = _phones(route)
        self._campaigns = [route.campaign(1 + n) for n in range(route.campaigns)]
        self._lists = [list_of(route, 1 + n) for n in range(route.campaigns)]
        self._agents = [route.agent(1 + n) for n in range(route.agents)]
        self._shown = route.dids or (f"1{_AREAS['America/New_York'][0]}5550199",)

    def dial(self, attempt: Try, sequence: int) -> Call:
        """The call with all its legs, as it will have been when it is over."""
        rng = self._rng
        route = self.route
        lead = int(rng.random() * route.leads)
        campaign = lead % route.campaigns
        outcome = self._outcome(attempt)
        call = Call(
            route=route,
            kind=attempt.kind,
            outcome=outcome,
            transfer=attempt.transfer,
            dialed_ms=attempt.at_ms,
            sequence=sequence,
            lead_id=self._first_lead + lead,
            list_id=self._lists[campaign],
            campaign=self._campaigns[campaign],
            phone=self._phones[lead],
            caller_id=self._shown[lead % len(self._shown)],
            code="",
            agent="",
            status=self._status(attempt, outcome),
            disposed_ms=0,
            chance=rng.random(),
        )
        if outcome is Outcome.AGENT or attempt.kind is Kind.MANUAL:
            call.agent = self._agents[int(rng.random() * route.agents)]
        call.code = self._code(call)
        if attempt.kind is Kind.INBOUND:
            self._inbound_leg(call, attempt)
        else:
            self._outbound_legs(call, attempt)
        call.disposed_ms = call.leg.end_ms + 2_000 + int(rng.random() * 40_000)
        return call

    def _outcome(self, attempt: Try) -> Outcome:
        roll = self._rng.random()
        if attempt.talk is None:
            if roll < 0.72 or attempt.kind is not Kind.AUTOMATIC:
                return Outcome.NO_ANSWER
            return Outcome.BUSY if roll < 0.88 else Outcome.REFUSED
        if attempt.kind is Kind.AUTOMATIC and attempt.transfer is Transfer.NONE:
            if attempt.talk.machine:
                return Outcome.MACHINE
            if attempt.talk.seconds < 8 and roll < 0.5:
                return Outcome.DROPPED
        return Outcome.AGENT

    def _status(self, attempt: Try, outcome: Outcome) -> str:
        roll = self._rng.random()
        match outcome:
            case Outcome.NO_ANSWER:
                return "NA"
            case Outcome.BUSY:
                return "AB"
            case Outcome.REFUSED:
                return "ADC" if roll < 0.7 else "ADCT"
            case Outcome.MACHINE:
                return "AA" if roll < 0.6 else "A"
            case Outcome.DROPPED:
                return "DROP" if attempt.talk and attempt.talk.seconds > 1 else "PDROP"
            case _:
                pass
        if attempt.transfer is Transfer.BLIND:
            return "XFER"
        if roll < _SALE:
            return "SALE"
        if roll < _CALLBACK:
            return "CALLBK"
        if roll < _NO_CONTACT:
            return "N"
        return "DNC" if roll < _DO_NOT_CALL else "NI"

    def _code(self, call: Call) -> str:
        """The call code: a letter, local time without year and first digit, the lead."""
        local = self._clock.digits(call.dialed_ms // 1000)
        return f"{_LETTERS[call.kind.value]}{local[1:]}{call.lead_id:010d}"

    def _outbound_legs(self, call: Call, attempt: Try) -> None:
        rng = self._rng
        first_start = call.dialed_ms + 150 + int(rng.random() * 700)
        main = self._leg(call, attempt.talk, 3, first_start, attempt.longest_ring_ms)
        call.legs.append(main)
        if attempt.second_talk is not None:
            call.legs.append(self._second_leg(call, attempt))
        elif attempt.longest_ring_ms >= 10_000 and attempt.talk and rng.random() < 0.02:
            # The first trunk had no circuit, and the dialplan went on to the next one: two legs of
            # one code, a moment apart.
            failed_ms = first_start - 100
            call.legs.append(self._shaped(call, 2, failed_ms, 0, failed_ms + 80, 34))

    def _leg(self, call: Call, talk: Talk | None, channel: int, start: int, ring: int) -> Leg:
        roll = self._rng.random()
        if talk is None:
            if call.outcome is Outcome.NO_ANSWER:
                return self._shaped(
                    call, channel, start, 0, start + int(ring * (1 + roll * 0.9)), 19
                )
            cause = 17 if call.outcome is Outcome.BUSY else (34 if roll < 0.3 else 1)
            return self._shaped(call, channel, start, 0, start + 300 + int(roll * 2_500), cause)
        answer = start + int(ring * (0.1 + 0.9 * roll * roll))
        end = answer + answered_ms(self._rng, talk.seconds)
        return self._shaped(call, channel, start, answer, end, 16)

    def _second_leg(self, call: Call, attempt: Try) -> Leg:
        """The leg of a three-way call or a blind transfer, begun while the first one talks."""
        first, talk = call.leg, attempt.second_talk
        start = first.answer_ms + int((first.end_ms - first.answer_ms) * 0.6)
        leg = self._leg(call, talk, 5, start, min(attempt.longest_ring_ms, 6_000))
        leg.dialled = lead_phone(call.route, call.lead_id + 7)
        if attempt.transfer is Transfer.THREE_WAY:
            leg.code = f"DC{call.code[4:10]}W{call.lead_id:010d}W"
            leg.caller = f"{start // 1000}.{call.sequence + 4}"
        else:
            leg.caller = first.uniqueid
        return leg

    def _inbound_leg(self, call: Call, attempt: Try) -> None:
        leg = self._leg(
            call, attempt.talk, 0, call.dialed_ms + 25 + int(self._rng.random() * 40), 2_000
        )
        leg.direction = "i"
        leg.caller, leg.linkedid = "", leg.uniqueid
        leg.dialled, leg.caller_id = call.caller_id, call.phone
        call.legs.append(leg)

    def _shaped(
        self, call: Call, channel: int, start: int, answer: int, end: int, cause: int
    ) -> Leg:
        """A leg with the usual fields; `channel` is its place among the call's channels."""
        return Leg(
            direction="o",
            uniqueid=f"{(start - _CREATION_MS) // 1000}.{call.sequence + channel}",
            linkedid=call.channel_id(0),
            caller=call.channel_id(1 if call.kind is Kind.AUTOMATIC else 0),
            code=call.code,
            dialled=call.phone,
            caller_id=call.caller_id,
            start_ms=start,
            answer_ms=answer,
            end_ms=end,
            cause=cause,
        )
