"""Rows that the switch's side leaves: what was dialed, which channels, which DID was called."""

from __future__ import annotations

from typing import NamedTuple

from simulators.dialer.calls import Call, Kind, Leg, Outcome, Transfer
from simulators.dialer.tables.stage import NULL, ZERO_DATE, Row, Stage, Writer, row_number

_AGENT_EXTENSION = "8368"
_NUMBER_DIALED_WIDTH = 15
_SIP_ANSWERS = {
    16: (200, "OK)"),
    19: (487, "Request Terminated)"),
    17: (486, "Busy Here)"),
    34: (503, "Service Unavailable)"),
    1: (404, "Not Found)"),
}
_DIAL_STATUSES = {
    Outcome.NO_ANSWER: "NOANSWER",
    Outcome.BUSY: "BUSY",
    Outcome.REFUSED: "CONGESTION",
}


class _Channel(NamedTuple):
    """What call_log says of a channel."""

    uniqueid: str
    name: str
    number: str
    code: str


class SwitchRows(Writer):
    """Makes a call's rows in the tables of the switch as of a stage."""

    def auto_calls(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_auto_calls: one row while the call lives."""
        if stage >= Stage.ENDED:
            return []
        inbound = call.kind is Kind.INBOUND
        live = "CLOSER" if inbound else "LIVE"
        status = "SENT" if stage is Stage.DIALED else live
        return [(
            row_number(call), call.route.host.address, self._queue(call), status, call.lead_id,
            call.leg.uniqueid if stage > Stage.DIALED else "", call.code, self._carrier(call),
            "1", call.phone[1:], self.at(call.dialed_ms), "IN" if inbound else "OUT", "START",
            self.at(call.dialed_ms), "NONE", 0, "", "", 1, "", "",
        )]  # fmt: skip

    def dial_log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_dial_log: a row per decision to dial; its uniqueid comes with the hang-up."""
        if call.kind is Kind.INBOUND:
            return []
        over = stage >= Stage.ENDED
        cause, reason = _SIP_ANSWERS[call.leg.cause] if over else (0, "")
        number = call.route.dial_prefix + call.phone
        return [(
            call.code, call.lead_id, call.route.host.address, self.at(call.dialed_ms), number,
            f"Local/{number}@default", "default", 60_000, f'"{call.code}" <{call.caller_id}>',
            cause, reason, call.channel_id(1) if over else "",
        )]  # fmt: skip

    def call_log(self, call: Call, stage: Stage) -> list[Row]:
        """call_log: the dialing channel, then the carrier's; a manual call's one row moves."""
        leg = call.leg
        if call.kind is Kind.INBOUND:
            return [self._inbound_call_log(call, stage)]
        number = call.route.dial_prefix + call.phone
        if call.kind is Kind.MANUAL:
            return self._manual_call_log(call, stage, number)
        placed_end = (leg.answer_ms or leg.end_ms) if stage >= Stage.ANSWERED else 0
        placing = _Channel(call.channel_id(1), f"Local/{number}@default-1;2", number, call.code)
        rows = [self._call_log_row(call, placing, leg.start_ms, placed_end)]
        if leg.answer_ms and stage >= Stage.ANSWERED:
            end = leg.end_ms if stage >= Stage.ENDED else 0
            carrier = _Channel(leg.uniqueid, self._carrier(call), _AGENT_EXTENSION, call.code)
            rows.append(self._call_log_row(call, carrier, leg.answer_ms, end))
        if call.transfer is Transfer.THREE_WAY and stage >= Stage.ENDED:
            rows.append(self._three_way_call_log(call, call.legs[1]))
        return rows

    def carrier_log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_carrier_log: 0 seconds for automatic calls, ring and talk for manual ones."""
        leg = call.leg
        manual = call.kind is Kind.MANUAL
        if call.kind is Kind.INBOUND or stage < (Stage.ENDED if manual else Stage.ANSWERED):
            return []
        key = call.channel_id(0 if manual else 1)
        if (
            stage is Stage.SETTLED
            and call.agent
            and 0.2 <= call.chance < 0.7
            and len(call.legs) == 1
        ):
            key = leg.uniqueid  # the agent's screen moved it
        ring = ((leg.answer_ms or leg.end_ms) - leg.start_ms) // 1000
        answered = (leg.end_ms - leg.start_ms) // 1000 if manual and leg.answer_ms else 0
        rows = [self._carrier_row(call, key, leg, ring, answered)]
        if call.transfer is Transfer.BLIND and stage >= Stage.ENDED:
            second = call.legs[1]
            age = (second.end_ms - leg.answer_ms) // 1000
            rows.append(self._carrier_row(call, leg.uniqueid, second, 0, age))
        return rows

    def did_log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_did_log: one row per inbound call, written when it comes in."""
        if call.kind is not Kind.INBOUND:
            return []
        did = call.route.dids.index(call.leg.dialled) + 1
        return [(
            call.leg.uniqueid, self._carrier(call), call.route.host.address, call.phone, call.phone,
            call.leg.dialled, self.at(call.dialed_ms), f"{call.route.dial_prefix}{did:02d}",
            "IN_GROUP",
        )]  # fmt: skip

    def user_call_log(self, call: Call, stage: Stage) -> list[Row]:
        """user_call_log: what agents dialed themselves, three-way calls included."""
        if call.kind is Kind.MANUAL:
            kind, phone, at = "MANUAL_DIALNOW", call.phone, call.dialed_ms
        elif call.transfer is Transfer.THREE_WAY and stage >= Stage.ENDED:
            kind, phone, at = "3WAY_OUT", call.legs[1].dialled, call.legs[1].start_ms
        else:
            return []
        return [(
            row_number(call), call.agent, self.at(at), kind, call.route.host.address, phone[1:],
            call.route.dial_prefix + phone, call.lead_id, call.caller_id, "", "", call.campaign,
            "", 0, "", NULL,
        )]  # fmt: skip

    def _inbound_call_log(self, call: Call, stage: Stage) -> Row:
        leg = call.leg
        # Closed when the queue takes the call over, and never touched again.
        end = leg.answer_ms or leg.end_ms if stage >= Stage.ANSWERED else 0
        extension = call.code if end and leg.answer_ms else leg.dialled
        channel = _Channel(leg.uniqueid, self._carrier(call), leg.dialled, call.phone)
        row = self._call_log_row(call, channel, leg.start_ms, end)
        return (*row[:2], "DID_INBOUND", *row[3:5], extension, *row[6:])

    def _manual_call_log(self, call: Call, stage: Stage, number: str) -> list[Row]:
        leg = call.leg
        if stage < Stage.ANSWERED or call.chance > 0.95 or not leg.answer_ms:
            # Without the browser's help the row keeps its Local channel and is never closed.
            local = f"Local/{number}@default-1;1"
            channel, end = _Channel(call.channel_id(0), local, number, call.code), 0
        else:
            channel = _Channel(leg.uniqueid, self._carrier(call), number, call.code)
            end = leg.end_ms if stage >= Stage.ENDED else 0
        return [self._call_log_row(call, channel, leg.start_ms, end)]

    def _three_way_call_log(self, call: Call, leg: Leg) -> Row:
        number = call.route.dial_prefix + leg.dialled
        # Its code is the caller id that was shown, not the three-way code.
        channel = _Channel(leg.caller, "Local/8600051@default-2;1", number, call.caller_id)
        return self._call_log_row(call, channel, leg.start_ms, leg.end_ms)

    def _call_log_row(self, call: Call, channel: _Channel, start: int, end: int) -> Row:
        seconds = end // 1000 - start // 1000 if end else 0
        return (
            channel.uniqueid, channel.name, "Outbound", channel.name.partition("/")[0],
            call.route.host.address, channel.number, channel.number[:_NUMBER_DIALED_WIDTH],
            channel.code, self.at(start), start // 1000, self.at(end) if end else ZERO_DATE,
            end // 1000, seconds, round(seconds / 60, 2),
        )  # fmt: skip

    def _carrier_row(self, call: Call, key: str, leg: Leg, ring: int, answered: int) -> Row:
        cause, reason = _SIP_ANSWERS[leg.cause]
        status = _DIAL_STATUSES.get(call.outcome, "ANSWER")
        channel = f"Local/{call.route.dial_prefix}{call.phone}@default-1;2"
        return (
            key, self.at(leg.answer_ms or leg.end_ms), call.route.host.address, call.lead_id,
            leg.cause, status, channel, ring, answered, cause, reason, call.code,
        )  # fmt: skip

    def _carrier(self, call: Call) -> str:
        return f"PJSIP/t-{call.route.code}-{call.sequence:08x}"

    def _queue(self, call: Call) -> str:
        return call.route.inbound_group() if call.kind is Kind.INBOUND else call.campaign
