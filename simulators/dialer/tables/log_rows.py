"""Rows that the agents' side leaves: the call logs, transfers, agents' time and recordings."""

from __future__ import annotations

from simulators.dialer.calls import Call, Kind, Outcome, Transfer
from simulators.dialer.tables.stage import (
    NULL,
    Row,
    Stage,
    Writer,
    log_uniqueid,
    never_finished,
    row_number,
)

_ROBOT = "VDAD"


class LogRows(Writer):
    """Makes a call's rows in the logs as of a stage."""

    def log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_log: QUEUE at answer, INCALL with an agent, then its length, its status last."""
        leg = call.leg
        if call.kind is Kind.INBOUND or not self._is_logged(call, stage):
            return []
        start = leg.answer_ms or leg.end_ms
        if call.kind is Kind.MANUAL:
            start = leg.start_ms  # the agent's screen starts with the ringing
        if call.outcome is Outcome.NO_ANSWER:
            start = call.dialed_ms
        status, user, over = self._state(call, stage)
        length = (leg.end_ms - start) // 1000 if leg.answer_ms else 0
        if call.outcome is Outcome.DROPPED:
            length = max(0, length - 1)
        comments = "MANUAL" if call.kind is Kind.MANUAL else "AUTO"
        if call.outcome is Outcome.NO_ANSWER and call.chance > 0.5:
            comments = "AUTONA"
        return [(
            log_uniqueid(call), call.lead_id, call.list_id, call.campaign, self.at(start),
            start // 1000, leg.end_ms // 1000 if over else NULL, length if over else NULL, status,
            "1", call.phone[1:], user, comments, "N", call.route.prefix,
            self._reason(call) if over else "NONE", "MAIN", 1,
        )]  # fmt: skip

    def log_extended(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_log_extended: call code to uniqueid, with the uniqueid as it was at first."""
        inbound = call.kind is Kind.INBOUND
        if not (stage >= Stage.ANSWERED if inbound else self._is_logged(call, stage)):
            return []
        key = call.leg.uniqueid if call.leg.answer_ms else log_uniqueid(call)
        at = call.leg.answer_ms or call.leg.end_ms
        return [(
            key, call.route.host.address, self.at(at), call.lead_id, call.code,
            "", "N", "N", "N", "N",
        )]  # fmt: skip

    def closer_log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_closer_log: queue and talk of inbound calls and of calls handed over."""
        leg = call.leg
        handed_over = call.transfer is Transfer.QUEUE
        if call.kind is Kind.INBOUND:
            if stage < Stage.ANSWERED or not leg.answer_ms:
                return []
            start = leg.answer_ms
        elif handed_over and stage >= Stage.ENDED:
            start = leg.answer_ms + (leg.end_ms - leg.answer_ms) // 2
        else:
            return []
        status, user, over = self._state(call, stage)
        queued = round(call.chance * 9, 2) if stage >= Stage.TALKING else 0
        return [(
            row_number(call), call.lead_id, call.list_id, call.route.inbound_group(),
            self.at(start), start // 1000, leg.end_ms // 1000 if over else NULL,
            (leg.end_ms - start) // 1000 if over else NULL, status, "1", call.phone[1:], user,
            "", "N", queued, call.route.prefix, row_number(call) if handed_over else 0,
            self._reason(call) if over else "NONE", leg.uniqueid, "", 1, 1,
        )]  # fmt: skip

    def xfer_log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_xfer_log: one row per hand-over to a queue."""
        if call.transfer is not Transfer.QUEUE or stage < Stage.ENDED:
            return []
        leg = call.leg
        at = leg.answer_ms + (leg.end_ms - leg.answer_ms) // 2
        return [(
            row_number(call), call.lead_id, call.list_id, call.route.inbound_group(),
            self.at(at), "1", call.phone[1:], call.agent, call.route.agent(1),
            leg.uniqueid, leg.uniqueid,
        )]  # fmt: skip

    def agent_log(self, call: Call, stage: Stage) -> list[Row]:
        """vicidial_agent_log: an agent's pause, wait, talk and disposition around one call."""
        if not call.agent or not call.leg.answer_ms or stage < Stage.TALKING:
            return []
        leg = call.leg
        answer, end = leg.answer_ms // 1000, leg.end_ms // 1000
        wait = 3 + int(call.chance * 40)
        over, settled = stage >= Stage.ENDED, stage is Stage.SETTLED
        disposing = (call.disposed_ms - leg.end_ms) // 1000 if settled else 0
        return [(
            row_number(call), call.agent, call.route.host.address, self.at((answer - wait) * 1000),
            call.lead_id, call.campaign, answer - wait, 0, answer - wait, wait, answer,
            end - answer if over else 0, end if over else NULL, disposing,
            call.status if settled else NULL, call.route.prefix, "", "", NULL, 0, "N", leg.uniqueid,
            "UNDEFINED",
        )]  # fmt: skip

    def recording_log(self, call: Call, stage: Stage) -> list[Row]:
        """recording_log: one row per recorded conversation."""
        if call.outcome is not Outcome.AGENT or not call.leg.answer_ms or stage < Stage.TALKING:
            return []
        leg, over = call.leg, stage >= Stage.ENDED
        seconds = (leg.end_ms - leg.answer_ms) // 1000
        name = f"{self.clock.text(leg.answer_ms // 1000, '%Y%m%d-%H%M%S')}_{call.phone[1:]}"
        return [(
            row_number(call), "Local/58600051@default-3;2", call.route.host.address, "8600051",
            self.at(leg.answer_ms), leg.answer_ms // 1000, self.at(leg.end_ms) if over else NULL,
            leg.end_ms // 1000 if over else NULL, seconds if over else NULL,
            round(seconds / 60, 2) if over else NULL, name, "", call.lead_id, call.agent,
            leg.uniqueid,
        )]  # fmt: skip

    def _is_logged(self, call: Call, stage: Stage) -> bool:
        """Whether the call is logged yet: at answer, at a failure, or when a sweep finds it."""
        if call.leg.answer_ms:
            return stage >= Stage.ANSWERED
        return stage >= (Stage.SETTLED if call.outcome is Outcome.NO_ANSWER else Stage.ENDED)

    def _state(self, call: Call, stage: Stage) -> tuple[str, str, bool]:
        """Status, user and whether the row is closed, as of the stage."""
        over = stage >= Stage.ENDED
        if never_finished(call):
            return "INCALL", call.agent, False
        if not call.leg.answer_ms:
            return call.status, call.agent or _ROBOT, True
        if call.outcome is not Outcome.AGENT:
            return (call.status if over else "QUEUE"), _ROBOT, over
        if stage is Stage.ANSWERED and call.kind is not Kind.MANUAL:
            return "QUEUE", _ROBOT, False
        return (call.status if stage is Stage.SETTLED else "INCALL"), call.agent, over

    def _reason(self, call: Call) -> str:
        if call.outcome is Outcome.DROPPED:
            return "ABANDON"
        if not call.agent:
            return "NONE" if call.outcome is Outcome.NO_ANSWER else "SYSTEM"
        return "AGENT" if call.chance < 0.4 else "CALLER"
