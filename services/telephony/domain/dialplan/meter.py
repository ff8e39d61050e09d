"""The meter on a carrier channel: what it keeps, and the lines it writes (docs/leg-journal.md)."""

from __future__ import annotations

from services.telephony.domain.dialplan.plan import CallerIdFormat, Plan, Technology
from services.telephony.domain.dialplan.text import Step, context, extension

NOW = "${STRFTIME(,,%s.%3q)}"
"""The instant in the journal's form; the zone is empty on purpose (docs/leg-journal.md)."""

_HEADER = "X-Platform"


def meter(plan: Plan) -> str:
    """The contexts that run on carrier channels: before the call, at its answer, at its end."""
    return "\n\n".join(
        [
            context(f"{plan.code}-leg", extension("s", *_before(plan))),
            context(f"{plan.code}-answer", extension("s", *_answer(plan), "Return()")),
            context(f"{plan.code}-end", extension("s", *_write(plan, "L"), "Return()")),
        ]
    )


def inbound_start(plan: Plan) -> tuple[Step, ...]:
    """Steps of a subroutine (route code, DID) on a channel that a carrier has called us on.

    The leg is answered here, so that its answer is on record before anything else can happen to
    it: no hook tells of an answer that somebody else gives to an incoming call.
    """
    return (
        f"Set(LEGSTART={NOW})",
        *_keep(plan, direction="i", caller="", dialled="${ARG2}"),
        "Set(LEGCODE=)",
        "Set(LEGCID=${FILTER(0-9,${CALLERID(num)}):0:32})",
        f"Set(CHANNEL(hangup_handler_push)={plan.code}-end,s,1)",
        # A carrier's names stay outside: of the caller, of who sent the call on, and why.
        "Set(CALLERID(name)=${LEGCID})",
        "Set(CALLERID(num)=${LEGCID})",
        *(f"Set(REDIRECTING({part},i)=)" for part in _REDIRECTING),
        "Answer()",
        *_answer(plan),
        "Return()",
    )


_REDIRECTING = ("from-name", "from-num", "to-name", "to-num", "orig-name", "orig-num")


def _before(plan: Plan) -> tuple[Step, ...]:
    """Arguments: route code, uniqueid of the dialling channel, digits sent to the carrier, how it
    wants the caller's number, and the group that its own calls are counted in.
    """
    code = plan.code
    return (
        f"Set(LEGSTART={NOW})",
        # The count before Dial is a glance; this one is exact, as one leg at a time gets here.
        f"Set(LEGLOCK=${{LOCK({code})}})",
        f"Set(GROUP(legs)={code})",
        f"Set(LEGCOUNT=${{GROUP_COUNT({code}@legs)}})",
        f"Set(LEGLOCK=${{UNLOCK({code})}})",
        f"GotoIf($[${{LEGCOUNT}} > 0${{GLOBAL({cap_variable(plan)})}}]?full)",
        # First of all: whatever fails below, a leg that leaves is written.
        f"Set(CHANNEL(hangup_handler_push)={code}-end,s,1)",
        *_keep(plan, direction="o", caller="${ARG2}", dialled="${ARG3}"),
        "Set(LEGCODE=${FILTER(A-Za-z0-9,${CALLERID(name)}):0:30})",
        "Set(LEGCID=${FILTER(0-9,${CALLERID(num)}):0:15})",
        "ExecIf($[${LEN(${LEGCID})} = 10]?Set(LEGCID=1${LEGCID}))",
        f"Set(LEGCID=${{IF(${{DIALPLAN_EXISTS({code}-callerids,n${{LEGCID}},1)}}"
        f"?${{LEGCID}}:{plan.caller_ids[0]})}})",
        *_shown(plan),
        # The code in the caller id's name is how the dialer finds its calls again, so it stays
        # there; the connected line is what the stacks put into an INVITE instead.
        "Set(CONNECTEDLINE(num,i)=${LEGSHOWN})",
        f"Set(CONNECTEDLINE(name,i)={plan.brand})",
        "Set(CONNECTEDLINE(pres,i)=allowed)",
        *_headers(plan),
        "Return()",
        # Nothing has left yet, and a channel that is to be hung up places no call.
        ("full", "Set(GROUP(legs)=)"),
        count_refused(plan),
        "SoftHangup(${CHANNEL})",
        "Return()",
    )


def _shown(plan: Plan) -> tuple[Step, ...]:
    """The caller's number as this carrier wants it, and the carrier's own count of calls."""
    formats = {carrier.caller_id_format for carrier in plan.carriers}
    steps = ["Set(LEGSHOWN=${LEGCID})"]
    if CallerIdFormat.PLUS in formats:
        steps.append(f'ExecIf($["${{ARG4}}" = "{CallerIdFormat.PLUS}"]?Set(LEGSHOWN=+${{LEGCID}}))')
    if CallerIdFormat.NATIONAL in formats:
        is_ours = '${LEN(${LEGCID})} = 11 & "${LEGCID:0:1}" = "1"'
        steps.append(
            f'ExecIf($["${{ARG4}}" = "{CallerIdFormat.NATIONAL}" & {is_ours}]'
            "?Set(LEGSHOWN=${LEGCID:1}))"
        )
    if any(carrier.calls_max for carrier in plan.carriers):
        steps.append("ExecIf($[${LEN(${ARG5})} > 0]?Set(GROUP(trunk)=${ARG5}))")
    return tuple(steps)


def cap_variable(plan: Plan) -> str:
    """The global that holds the cap: it can be set anew while calls are up."""
    return f"{plan.code.upper()}CAP"


def refused_variable(plan: Plan) -> str:
    """The global that counts the calls which the cap has refused since Asterisk was started."""
    return f"{plan.code.upper()}FULL"


def count_refused(plan: Plan) -> str:
    """Counts a call that the cap refuses; two in one moment may count as one."""
    name = refused_variable(plan)
    return f"Set(GLOBAL({name})=$[0${{GLOBAL({name})}} + 1])"


def journal_variable(plan: Plan) -> str:
    """The global that holds the journal's folder."""
    return f"{plan.code.upper()}JOURNAL"


def _keep(plan: Plan, *, direction: str, caller: str, dialled: str) -> tuple[Step, ...]:
    # No underscore in front: a channel that this one dials has a meter of its own.
    return (
        f"Set(LEGTENANT={plan.code})",
        "Set(LEGROUTE=${ARG1})",
        f"Set(LEGDIRECTION={direction})",
        f"Set(LEGCALLER={caller})",
        f"Set(LEGDIALLED={dialled})",
    )


def _headers(plan: Plan) -> tuple[Step, ...]:
    if plan.technology is Technology.PJSIP:
        return (f"Set(PJSIP_HEADER(add,{_HEADER})={plan.platform_header})",)
    # The dialer's own scripts queue headers with names and codes of theirs.
    return ("SIPRemoveHeader()", f"SIPAddHeader({_HEADER}: {plan.platform_header})")


def _answer(plan: Plan) -> tuple[Step, ...]:
    return (f"Set(LEGANSWER={NOW})", *_write(plan, "A"))


def _write(plan: Plan, kind: str) -> tuple[Step, ...]:
    end, cause = (NOW, "${HANGUPCAUSE}") if kind == "L" else ("", "0")
    fields = [
        "1",
        kind,
        "${LEGROUTE}",
        "${LEGDIRECTION}",
        "${UNIQUEID}",
        "${CHANNEL(linkedid)}",
        "${LEGCALLER}",
        "${LEGCODE}",
        "${LEGDIALLED}",
        "${LEGCID}",
        "${LEGSTART}",
        "${LEGANSWER}",
        end,
        cause,
    ]
    folder = f"${{GLOBAL({journal_variable(plan)})}}"
    return (
        f"Set(LEGLINE={'|'.join(fields)})",
        "Set(LEGCHECK=${MD5(${LEGLINE})})",
        f"Set(FILE({folder}/legs-${{STRFTIME(,UTC,%Y%m%d)}}.journal,,,al,u)"
        "=${LEGLINE}|${LEGCHECK:0:8})",
    )
