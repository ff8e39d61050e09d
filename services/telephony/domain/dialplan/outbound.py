"""What a dialled prefix leads to: the call log, the guard, one carrier and then the other."""

from __future__ import annotations

from services.telephony.domain.dialplan.accounts import peer_name
from services.telephony.domain.dialplan.guard import NO_ANSWER, NO_CIRCUIT
from services.telephony.domain.dialplan.plan import Plan, Technology
from services.telephony.domain.dialplan.text import Step, extension

RING_SECONDS = 60
RING_SECONDS_MAX = 120

# Q.850 causes that speak of the called number rather than of the carrier. The dialer's own
# dispositions rest on them, so they are told; any other cause is told as "no circuit".
_TOLD = "^(1|16|17|18|19|21|22|28)$"
# After these, another carrier would find the same. Not 18: that is also a carrier that is silent.
_FINAL = "^(1|16|17|19|21|22|28)$"


def outbound(plan: Plan) -> str:
    """The extensions of both prefixes, to stand in the context that all carriers share.

    They stay in that context on purpose: its `h` is where the dialer closes its rows.
    """
    return "\n".join(
        [_calls(plan, plan.prefix, "campaign"), _calls(plan, plan.three_way_prefix, "any")]
    )


def _calls(plan: Plan, prefix: str, who: str) -> str:
    behind = f"${{EXTEN:{len(prefix)}}}"
    digits = f"${{FILTER(0-9,{behind})}}"
    ask = f"Gosub({plan.code}-guard,s,1({digits},${{LEN({behind})}},{who}))"
    # Anything but a plain zero refuses, also no answer at all.
    refuse = 'GotoIf($["${GOSUB_RETVAL}" = "0"]?:refused)'
    steps: list[Step] = [] if plan.call_log is None else [f"AGI({plan.call_log})"]
    for number in range(len(plan.carriers)):
        if number:
            steps.append('GotoIf(${REGEX("^(CHANUNAVAIL|CONGESTION)$" ${DIALSTATUS})}?:ended)')
            # The stacks call a refused call unavailable as well, so the cause has the last word.
            steps.append(f'GotoIf(${{REGEX("{_FINAL}" ${{HANGUPCAUSE}})}}?ended)')
        steps += [ask, refuse, *_full(plan, number), _dial(plan, number, digits)]
        if plan.carriers[number].calls_max:
            steps.append((f"past{number}", "NoOp()"))
    steps += [
        ("ended", f"Set(LEGCAUSE={NO_CIRCUIT})"),
        f'ExecIf(${{REGEX("{_TOLD}" ${{HANGUPCAUSE}})}}?Set(LEGCAUSE=${{HANGUPCAUSE}}))',
        f'ExecIf($["${{DIALSTATUS}}" = "NOANSWER"]?Set(LEGCAUSE={NO_ANSWER}))',
        # What the carrier answered word for word, which the dialer would put into its tables.
        "HangupCauseClear()",
        "Hangup(${LEGCAUSE})",
        # The dialer's scripts look at this one where no Dial has run.
        ("refused", "Set(DIALSTATUS=CONGESTION)"),
        "Hangup(${GOSUB_RETVAL})",
    ]
    return extension(f"_{prefix}X.", *steps)


def _full(plan: Plan, number: int) -> list[Step]:
    """Passes a carrier by that has all the calls that it takes."""
    carrier = plan.carriers[number]
    if not carrier.calls_max:
        return []
    return [
        "Set(DIALSTATUS=CONGESTION)",
        f"GotoIf($[${{GROUP_COUNT({carrier.group}@trunk)}} >= {carrier.calls_max}]?past{number})",
    ]


def _dial(plan: Plan, number: int, digits: str) -> str:
    peer = peer_name(plan, number)
    if plan.technology is Technology.SIP:
        target = f"SIP/{peer}/{digits}"
    else:
        target = f"PJSIP/{digits}@{peer}"
    wanted = "0${FILTER(0-9,${CAMPDTO})}"
    ring = f"${{IF($[{wanted} > 0 & {wanted} < {RING_SECONDS_MAX}]?{wanted}:{RING_SECONDS})}}"
    carrier = plan.carriers[number]
    wishes = f"{carrier.caller_id_format}^{carrier.group if carrier.calls_max else ''}"
    leg = f"{plan.code}-leg^s^1({carrier.route_code}^${{UNIQUEID}}^{digits}^{wishes})"
    # o: the callee keeps the caller's id, by which the dialer tracks the call. i and I: what the
    # carrier says of other numbers and names neither sends the call elsewhere nor comes back.
    return f"Dial({target},{ring},oiIb({leg})U({plan.code}-answer))"
