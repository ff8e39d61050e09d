"""The objects that a set-up is made of, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from services.telephony.domain.campaign_fields import fields_of
from services.telephony.domain.provisioning.clients import (
    DEFAULT_CAMPAIGN,
    agent_id,
    first_campaign,
)
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.kinds import ACTIVE
from services.telephony.domain.provisioning.objects import DialerObject, Fields, Kind
from services.telephony.domain.provisioning.setup import Setup

# No extension of the dialplan begins so: nothing leaves before there is a route.
NO_PREFIX: Final = "#"
COPIED: Final = (Kind.STATUS, Kind.PAUSE_CODE)
"""Kinds whose objects are copies of the template campaign's rows."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run. Those of `copied` kinds get their objects when the template is read."""

    name: str
    kind: Kind | None = None


STEPS: Final = (
    Step("user-group", Kind.USER_GROUP),
    Step("campaign", Kind.CAMPAIGN),
    Step("statuses", Kind.STATUS),
    Step("pause-codes", Kind.PAUSE_CODE),
    Step("list", Kind.LIST),
    Step("in-group", Kind.IN_GROUP),
    Step("phones", Kind.PHONE),
    Step("agents", Kind.USER),
    Step("caller-ids", Kind.CALLER_ID),
    Step("numbers", Kind.DID),
    Step("route"),
    Step("activation"),
)


def allowed_campaigns(campaigns: Iterable[str]) -> str:
    """The user group's column: ids between spaces, and a lone hyphen at the end."""
    return "".join(f" {campaign}" for campaign in sorted(campaigns)) + " -"


def planned(tenant_id: str, code: TenantCode, setup: Setup) -> list[DialerObject]:
    """The objects of a set-up but the copied ones, in the order of the steps."""
    group, campaign, list_id = code.user_group, code.campaign(1), str(code.list_id(1))

    def made(kind: Kind, object_id: str, fields: Fields, resource_id: str = "") -> DialerObject:
        return DialerObject(tenant_id, kind, object_id, resource_id, fields=fields)

    objects = [
        made(Kind.USER_GROUP, group, _group_fields(group, campaign)),
        made(Kind.CAMPAIGN, campaign, _campaign_fields(code, setup), DEFAULT_CAMPAIGN),
        made(
            Kind.LIST,
            list_id,
            {"list_name": "Leads", "campaign_id": campaign, "active": ACTIVE},
            "default",
        ),
        made(
            Kind.IN_GROUP,
            code.in_group,
            {"group_name": "Inbound calls", "user_group": group, "active": ACTIVE},
        ),
    ]
    for number in range(1, setup.agents + 1):
        phone = code.phone(number)
        objects.append(made(Kind.PHONE, phone, _phone_fields(code, setup, phone)))
    for number in range(1, setup.agents + 1):
        fields = _agent_fields(code, number)
        objects.append(made(Kind.USER, code.user(number), fields, agent_id(number)))
    for number, shown in enumerate(setup.caller_ids, start=1):
        fields = {"caller_id_number": shown, "user_group": group, "active": ACTIVE}
        objects.append(made(Kind.CALLER_ID, code.caller_id(number), fields, shown))
    objects += [made(Kind.DID, did, did_fields(code), did) for did in setup.dids]
    return objects


def _group_fields(group: str, campaign: str) -> Fields:
    return {
        "group_name": f"Group {group}",
        "allowed_campaigns": allowed_campaigns([campaign]),
        "admin_viewable_groups": f" {group} ",
        "agent_status_viewable_groups": f" {group} ",
        "agent_call_log_view": "N",
        "allowed_reports": "NONE",
    }


def _campaign_fields(code: TenantCode, setup: Setup) -> Fields:
    epoch = datetime.fromtimestamp(0, UTC)
    shown = fields_of(first_campaign("", setup, epoch))
    return {
        **shown,
        "user_group": code.user_group,
        "manual_dial_list_id": str(code.list_id(1)),
        "campaign_cid": shown["campaign_cid"] or "0000000000",
        "closer_campaigns": f" {code.in_group} -",
        "dial_prefix": NO_PREFIX,
        "manual_dial_prefix": NO_PREFIX,
        "three_way_dial_prefix": NO_PREFIX,
        "active": ACTIVE,
    }


def _agent_fields(code: TenantCode, number: int) -> Fields:
    return {
        "full_name": f"Agent {number}",
        "user_level": "1",
        "user_group": code.user_group,
        "phone_login": code.phone(number),
        "agentcall_manual": "1",
        "vdc_agent_api_access": "0",
        "active": ACTIVE,
    }


def _phone_fields(code: TenantCode, setup: Setup, phone: str) -> Fields:
    return {
        "dialplan_number": phone,
        "voicemail_id": phone,
        "login": phone,
        "server_ip": setup.host,
        "protocol": setup.technology,
        "fullname": "Agent phone",
        "user_group": code.user_group,
        "active": ACTIVE,
    }


def did_fields(code: TenantCode) -> Fields:
    """The row of a number: its calls go to the tenant's in-group."""
    return {
        "did_description": "Inbound number",
        "did_route": "IN_GROUP",
        "group_id": code.in_group,
        "list_id": str(code.list_id(1)),
        "campaign_id": code.campaign(1),
        "user_group": code.user_group,
        "did_active": ACTIVE,
    }
