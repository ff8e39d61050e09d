"""Who may use a tenant's prefix: nothing else in the dialer keeps one tenant's calls from it."""

from __future__ import annotations

from services.telephony.domain.dialplan.meter import cap_variable, count_refused
from services.telephony.domain.dialplan.plan import Plan
from services.telephony.domain.dialplan.text import context, extension

DIGITS_MIN = 7
DIGITS_MAX = 15

# Q.850: what the caller's side is told, whoever the carrier and whatever its reason.
NO_ANSWER = 19
CALL_REJECTED = 21
NUMBER_INCOMPLETE = 28
NO_CIRCUIT = 34


def open_variable(plan: Plan) -> str:
    """The global that lets calls out while it is 1; anything else stops them at once."""
    return f"{plan.code.upper()}OPEN"


def guard(plan: Plan) -> str:
    """The guard's contexts: a subroutine that gives 0, or the cause to refuse the call with.

    Arguments: the digits behind the prefix without anything that is no digit, how many characters
    there were, and `any` where a call without a campaign may pass. Campaigns are compared by
    looking them up, never in an expression, which a value could break.
    """
    code = plan.code
    steps = extension(
        "s",
        f"GotoIf($[0${{GLOBAL({open_variable(plan)})}} = 1]?:refused)",
        "GotoIf($[${LEN(${ARG1})} != ${ARG2}]?number)",
        f"GotoIf($[${{ARG2}} < {DIGITS_MIN} | ${{ARG2}} > {DIGITS_MAX}]?number)",
        "GotoIf($[${LEN(${CAMPCUST})} = 0]?nameless)",
        "Set(LOCAL(campaign)=${FILTER(A-Za-z0-9_,${CAMPCUST})})",
        "GotoIf($[${LEN(${campaign})} != ${LEN(${CAMPCUST})}]?refused)",
        f"GotoIf(${{DIALPLAN_EXISTS({code}-campaigns,n${{campaign}},1)}}?room:refused)",
        # No campaign: three-way calls and transfers. The prefix is a secret of this tenant's, or
        # the channel is a leg of this tenant's own that somebody sends on.
        ("nameless", 'GotoIf($["${ARG3}" = "any"]?room)'),
        f'GotoIf($["${{FILTER(a-z0-9,${{LEGTENANT}})}}" = "{code}"]?room:refused)',
        (
            "room",
            f"GotoIf($[${{GROUP_COUNT({code}@legs)}} >= 0${{GLOBAL({cap_variable(plan)})}}]?full)",
        ),
        "Return(0)",
        ("refused", f"Return({CALL_REJECTED})"),
        ("number", f"Return({NUMBER_INCOMPLETE})"),
        ("full", count_refused(plan)),
        f"Return({NO_CIRCUIT})",
    )
    return "\n\n".join(
        [
            context(f"{code}-guard", steps),
            _set_of(f"{code}-campaigns", sorted(plan.campaigns)),
            _set_of(f"{code}-callerids", sorted(plan.caller_ids)),
        ]
    )


def _set_of(name: str, members: list[str]) -> str:
    """A context as a set. The letter in front keeps the empty value from being a member."""
    return context(name, *(extension(f"n{member}", "NoOp()") for member in members))
