"""Where the dialer sends calls to a number."""

from __future__ import annotations

from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.objects import Fields


def to_agent(fields: Fields, code: TenantCode, number: int) -> Fields:
    """To one agent, and to the tenant's in-group when it can't be reached.

    The settings of the queue are the in-group's too: the dialer's own default for them is a group
    that all tenants share.
    """
    return {
        **fields,
        "did_route": "AGENT",
        "user": code.user(number),
        "user_route_settings_ingroup": code.in_group,
        "user_unavailable_action": "IN_GROUP",
    }


def to_campaign(fields: Fields, code: TenantCode, campaign: int, list_number: int) -> Fields:
    """To the tenant's in-group, as a call of the campaign, whose list takes unknown callers."""
    return {
        **fields,
        "campaign_id": code.campaign(campaign),
        "list_id": str(code.list_id(list_number)),
    }
