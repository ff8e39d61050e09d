"""What stands in a dialer before the first client: hosts, the API's user, a campaign to copy."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.dialer.web_api.database import TableDatabase, Values

TEMPLATE_CAMPAIGN = "TEMPLATE"
_ALL_FLAGS = (
    "modify_users", "delete_users", "modify_lists", "delete_lists", "modify_campaigns",
    "modify_inbound_dids", "delete_inbound_dids", "ast_admin_access", "ast_delete_phones",
    "view_reports", "delete_from_dnc", "vdc_agent_api_access",
)  # fmt: skip
_STATUSES = (
    ("NEW", "New lead", "N"), ("NA", "No answer", "N"), ("AB", "Busy", "N"), ("DROP", "Drop", "N"),
    ("SALE", "Sale made", "Y"), ("NI", "Not interested", "Y"), ("DNC", "Do not call", "Y"),
    ("CALLBK", "Call back", "Y"), ("QUEUE", "To be called", "N"), ("INCALL", "In call", "N"),
)  # fmt: skip
_CAMPAIGN_STATUSES = (("APPT", "Appointment"), ("QUOTE", "Quote sent"))
_PAUSE_CODES = (("LUNCH", "Lunch", "NO"), ("COACH", "Coaching", "YES"))


@dataclass(frozen=True)
class Standing:
    """The API's user and the hosts' addresses."""

    user: str
    password: str
    hosts: tuple[str, ...]


async def write_standing_rows(db: TableDatabase, standing: Standing) -> None:
    """Writes what is missing; the API's user gets the password that is told."""
    for number, address in enumerate(standing.hosts, start=1):
        await _ensure(db, "servers", {"server_ip": address}, {
            "server_id": f"host{number}", "server_description": f"Host {number}", "active": "Y",
            "asterisk_version": "16.28.0", "active_asterisk_server": "Y",
            "generate_vicidial_conf": "Y", "rebuild_conf_files": "N", "conf_engine": "CONFBRIDGE",
        })  # fmt: skip
    await db.delete("vicidial_users", {"user": standing.user})
    await db.insert("vicidial_users", {
        "user": standing.user, "pass": standing.password, "full_name": "Programs",
        "user_level": 9, "user_group": "ADMIN", "active": "Y", "modify_leads": "1",
        "api_only_user": "1", "modify_same_user_level": "0", "failed_login_count": 0,
        **dict.fromkeys(_ALL_FLAGS, "1"),
    })  # fmt: skip
    await _ensure(db, "vicidial_user_groups", {"user_group": "ADMIN"}, {
        "group_name": "Administrators", "allowed_campaigns": " -ALL-CAMPAIGNS- - -",
        "admin_viewable_groups": " ---ALL--- ",
    })  # fmt: skip
    await _template(db)
    for status, status_name, selectable in _STATUSES:
        values: Values = {"status_name": status_name, "selectable": selectable}
        await _ensure(db, "vicidial_statuses", {"status": status}, values)
    for list_id in (998, 999):
        await _ensure(db, "vicidial_lists", {"list_id": list_id}, {
            "list_name": f"Default {list_id}", "campaign_id": TEMPLATE_CAMPAIGN, "active": "N",
        })  # fmt: skip
    await _ensure(db, "vicidial_inbound_groups", {"group_id": "AGENTDIRECT"}, {
        "group_name": "Single agent", "active": "Y",
    })  # fmt: skip
    await _ensure(db, "vicidial_inbound_dids", {"did_pattern": "default"}, {
        "did_description": "Default DID", "did_active": "Y",
    })  # fmt: skip
    await _ensure(db, "system_settings", {"db_schema_version": 1728}, {"vdc_agent_api_active": "1"})


async def _template(db: TableDatabase) -> None:
    await _ensure(db, "vicidial_campaigns", {"campaign_id": TEMPLATE_CAMPAIGN}, {
        "campaign_name": "Campaign to copy", "active": "N", "dial_method": "RATIO",
        "auto_dial_level": "1", "hopper_level": 100, "lead_order": "DOWN",
        "dial_statuses": " NEW NA AB -", "dial_timeout": 30, "campaign_recording": "ALLCALLS",
        "no_hopper_leads_logins": "Y", "use_internal_dnc": "N", "use_campaign_dnc": "Y",
        "dial_prefix": "X", "manual_dial_prefix": "X", "three_way_dial_prefix": "X",
        "user_group": "ADMIN",
    })  # fmt: skip
    for status, status_name in _CAMPAIGN_STATUSES:
        key: Values = {"campaign_id": TEMPLATE_CAMPAIGN, "status": status}
        values: Values = {"status_name": status_name, "selectable": "Y", "human_answered": "Y"}
        await _ensure(db, "vicidial_campaign_statuses", key, values)
    for code, code_name, billable in _PAUSE_CODES:
        key = {"campaign_id": TEMPLATE_CAMPAIGN, "pause_code": code}
        values = {"pause_code_name": code_name, "billable": billable}
        await _ensure(db, "vicidial_pause_codes", key, values)


async def _ensure(db: TableDatabase, table: str, key: Values, values: Values) -> None:
    where = " AND ".join(f"`{column}` = %s" for column in key)
    query = f"SELECT 1 FROM `{table}` WHERE {where}"  # noqa: S608
    if await db.row(query, *key.values()) is None:
        await db.insert(table, {**key, **values})
