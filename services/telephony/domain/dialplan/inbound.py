"""Calls to a tenant's DIDs: metered, stripped of the carrier's names, handed to the dialer."""

from __future__ import annotations

from services.telephony.domain.dialplan.accounts import arrival_context
from services.telephony.domain.dialplan.meter import inbound_start
from services.telephony.domain.dialplan.plan import Plan
from services.telephony.domain.dialplan.text import context, extension


def inbound(plan: Plan) -> str:
    """A context for each carrier; a number that is none of the tenant's DIDs is not found there."""
    parts = [context(f"{plan.code}-arrival", extension("s", *inbound_start(plan)))]
    for number, carrier in enumerate(plan.carriers):
        extensions = [
            extension(
                form,
                f"Gosub({plan.code}-arrival,s,1({carrier.route_code},{did}))",
                f"Goto({plan.inbound_context},{did},1)",
            )
            for did in plan.dids
            for form in _forms(did)
        ]
        parts.append(context(arrival_context(plan, number), *extensions))
    return "\n\n".join(parts)


def _forms(did: str) -> list[str]:
    """How carriers write a number: with and without plus, and without North America's 1."""
    national = [did[1:]] if len(did) == 11 and did.startswith("1") else []
    return [did, f"+{did}", *national]
