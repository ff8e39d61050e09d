"""What the audit log says of a tenant's resources: what the tenant may know, without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.kit.changes import Change, Facts, facts_of
from services.telephony.domain.agent import Agent
from services.telephony.domain.campaign import Campaign
from services.telephony.domain.did import Did
from services.telephony.domain.leads.lead_list import LeadList
from services.telephony.domain.leads.upload import LeadUpload

# A whole number is somebody's; these are left out of it, so that an entry tells it from others.
_HIDDEN = 3
_Resource = Campaign | Agent | LeadList | LeadUpload
_CAMPAIGN = (
    "display_name",
    "state",
    "dial_method",
    "dial_level",
    "caller_number",
    "calling_hours",
    "recording_mode",
)


def of_campaign(action: str, before: Campaign | None, after: Campaign) -> Change:
    """What became of a campaign."""
    resource = f"tenants/{after.tenant_id}/campaigns/{after.campaign_id}"
    return _became(action, resource, before, after, *_CAMPAIGN)


def of_agent(action: str, before: Agent | None, after: Agent) -> Change:
    """What became of an agent; of a password only that there is another one."""
    names = ("display_name", "state", "may_dial_manually")
    return _became(action, _agent(after), before, after, *names)


def of_agent_done(action: str, agent: Agent, what: str) -> Change:
    """What was done to an agent and leaves it as it is."""
    return Change(agent.tenant_id, action, _agent(agent), after={what: "done"})


def of_lead_list(action: str, before: LeadList | None, after: LeadList) -> Change:
    """What became of a list."""
    names = ("display_name", "state", "campaign_id", "default_region")
    resource = f"tenants/{after.tenant_id}/leadLists/{after.list_id}"
    return _became(action, resource, before, after, *names)


def of_upload(action: str, before: LeadUpload | None, after: LeadUpload) -> Change:
    """What became of an upload of leads; nothing of those in it."""
    names = ("display_name", "state", "duplicate_scope")
    resource = f"tenants/{after.tenant_id}/leadLists/{after.list_id}/uploads/{after.upload_id}"
    return _became(action, resource, before, after, *names)


def of_lead(tenant_id: str, resource: str, fields: Iterable[str]) -> Change:
    """Which fields of a lead were changed; not what is in them, which is somebody's own."""
    return Change(tenant_id, "leads.update", resource, after={"changed": ", ".join(sorted(fields))})


def of_dnc(action: str, tenant_id: str, numbers: Sequence[str]) -> Change:
    """How many numbers (without plus) came or went, and the first of them, shortened."""
    facts = {"count": str(len(numbers)), "numbers": ", ".join(map(_shortened, numbers[:10]))}
    return Change(tenant_id, action, f"tenants/{tenant_id}/dncNumbers", after=facts)


def of_did(action: str, before: Did | None, after: Did) -> Change:
    """What became of a number that the tenant holds."""
    resource = f"tenants/{after.tenant_id}/dids/{after.did_id}"
    return Change(after.tenant_id, action, resource, _did(before), _did(after))


def _became(
    action: str, resource: str, before: _Resource | None, after: _Resource, *names: str
) -> Change:
    return Change(
        after.tenant_id, action, resource, facts_of(before, *names), facts_of(after, *names)
    )


def _agent(agent: Agent) -> str:
    return f"tenants/{agent.tenant_id}/agents/{agent.agent_id}"


def _did(did: Did | None) -> Facts:
    if did is None:
        return {}
    facts = facts_of(did, "phone_number", "start_date", "end_date")
    return {**facts, "target": did.target or "whoever takes calls"}


def _shortened(number: str) -> str:
    middle = len(number) - 2 * _HIDDEN + 1
    return f"+{number[:middle]}{'.' * _HIDDEN}{number[-2:]}"
