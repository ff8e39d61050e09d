"""Every place in the dialer's tables where a tenant leaves rows by working."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from services.telephony.domain.provisioning.codes import TenantCode

# Table -> columns in which an id of the tenant's stands alone; archives are as their tables.
IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "vicidial_hopper": ("campaign_id",),
    "vicidial_auto_calls": ("campaign_id", "extension"),
    "vicidial_live_agents": ("user", "campaign_id", "extension"),
    "vicidial_manager": ("cmd_line_b",),
    "vicidial_campaign_dnc": ("campaign_id",),
    "vicidial_campaign_cid_areacodes": ("campaign_id",),
    "vicidial_cid_groups": ("cid_group_id", "user_group"),
    "vicidial_server_trunks": ("campaign_id",),
    "vicidial_campaign_stats": ("campaign_id",),
    "vicidial_campaign_stats_debug": ("campaign_id",),
    "vicidial_campaign_statuses": ("campaign_id",),
    "vicidial_pause_codes": ("campaign_id",),
    "vicidial_log": ("campaign_id", "user", "user_group"),
    "vicidial_log_noanswer": ("campaign_id", "user", "user_group"),
    "vicidial_closer_log": ("campaign_id", "user", "user_group"),
    "vicidial_agent_log": ("user", "campaign_id", "user_group"),
    "vicidial_xfer_log": ("user", "closer", "campaign_id"),
    "vicidial_user_dial_log": ("user",),
    "user_call_log": ("user", "campaign_id"),
    "park_log": ("user", "campaign_id", "extension"),
    "recording_log": ("user", "extension"),
    "vicidial_3way_press_log": ("user",),
    "phones_alias": ("alias_id", "user_group"),
    "groups_alias": ("group_alias_id", "user_group"),
    "phones": ("extension", "login", "user_group"),
    "vicidial_users": ("user", "user_group"),
    "vicidial_inbound_dids": ("user_group", "group_id"),
    "vicidial_inbound_groups": ("group_id", "user_group"),
    "vicidial_campaigns": ("campaign_id", "user_group"),
    "vicidial_user_groups": ("user_group",),
    "vicidial_conf_templates": ("template_id", "user_group"),
    "vicidial_server_carriers": ("user_group",),
    "call_log": ("extension",),
}
# Columns that hold numbers of lists.
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "vicidial_list": ("list_id", "entry_list_id"),
    "vicidial_hopper": ("list_id",),
    "vicidial_log": ("list_id",),
    "vicidial_log_noanswer": ("list_id",),
    "vicidial_closer_log": ("list_id",),
    "vicidial_lists": ("list_id",),
}
# Texts in which ids stand among other things.
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "vicidial_admin_log": ("record_id", "event_sql", "event_notes"),
    "vicidial_api_log": ("agent_user", "value", "data", "result_reason"),
    "vicidial_api_urls": ("url",),
    "phones_alias": ("logins_list",),
}
# Channels are named after the tenant's own peers: t17a, t17b.
CHANNELS: Final = (
    "call_log", "vicidial_carrier_log", "vicidial_dial_log", "vicidial_did_log", "park_log",
    "recording_log", "vicidial_sip_event_log",
)  # fmt: skip
LEADS: Final = (
    "vicidial_log_extended", "vicidial_dial_log", "vicidial_carrier_log", "recording_log",
    "vicidial_log", "vicidial_closer_log", "vicidial_agent_log", "user_call_log",
)  # fmt: skip
"""Tables whose rows belong to a lead."""

ARCHIVE_SUFFIX: Final = "_archive"


def id_pattern(code: TenantCode) -> str:
    """A regular expression for any id of the tenant in a text."""
    first, last = code.list_ids
    lists = f"{str(first)[:6]}[0-9]{{{len(str(last)) - 6}}}"
    return f"{code.text}(GRP|IN[0-9]{{3}}|C[0-9]{{3}}|[AP][0-9]{{5}}|D[0-9]{{3}})|{lists}"


def channel_pattern(code: TenantCode) -> str:
    """A regular expression for the channels of the tenant's peers."""
    return f"/{re.escape(code.neutral)}[a-z]?-"
