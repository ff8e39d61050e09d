"""The views that a tenant may read with SQL: what they show, and of which rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from services.telephony.domain.provisioning.objects import DialerObject, Kind

# What the views' definer may read of the dialer's tables, and nothing else.
DEFINERS_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "vicidial_campaigns": ("campaign_id", "campaign_name", "active", "dial_method"),
    "vicidial_list": (
        "lead_id", "list_id", "entry_date", "modify_date", "status", "vendor_lead_code",
        "phone_code", "phone_number", "title", "first_name", "last_name", "address1", "city",
        "state", "province", "postal_code", "country_code", "email", "comments", "called_count",
    ),
    "vicidial_log": (
        "lead_id", "list_id", "campaign_id", "call_date", "length_in_sec", "status", "phone_code",
        "phone_number", "user", "term_reason",
    ),
}  # fmt: skip
VIEWS: Final = ("campaigns", "leads", "call_logs")
_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def selects(objects: Iterable[DialerObject], tables: str) -> dict[str, str]:
    """Gives each view's query. Rows are named one by one: ids of the map, not a column's word.

    `tables` is the schema of the dialer's tables. Ids of the dialer are shown as ours.
    """
    known = list(objects)
    campaigns = [each for each in known if each.kind is Kind.CAMPAIGN]
    lists = [each for each in known if each.kind is Kind.LIST]
    agents = [each for each in known if each.kind is Kind.USER]
    lead_columns = _columns("vicidial_list", "list_id")
    call_columns = _columns("vicidial_log", "campaign_id", "list_id", "user")
    return {
        "campaigns": (
            f"SELECT {_named('campaign_id', campaigns)} AS campaign_id, campaign_name, active,"  # noqa: S608
            f" dial_method FROM `{tables}`.vicidial_campaigns"
            f" WHERE {_among('campaign_id', campaigns)}"
        ),
        "leads": (
            f"SELECT {_named('list_id', lists)} AS list_id, {lead_columns}"  # noqa: S608
            f" FROM `{tables}`.vicidial_list WHERE {_among('list_id', lists)}"
        ),
        "call_logs": (
            f"SELECT {_named('campaign_id', campaigns)} AS campaign_id,"  # noqa: S608
            f" {_named('list_id', lists)} AS list_id, {_named('user', agents)} AS agent_id,"
            f" {call_columns} FROM `{tables}`.vicidial_log"
            f" WHERE {_among('campaign_id', campaigns)}"
        ),
    }


def _columns(table: str, *but: str) -> str:
    return ", ".join(f"`{name}`" for name in DEFINERS_COLUMNS[table] if name not in but)


def _among(column: str, objects: Sequence[DialerObject]) -> str:
    if not objects:
        return "1 = 0"
    return f"`{column}` IN ({', '.join(_literal(each.object_id) for each in objects)})"


def _named(column: str, objects: Sequence[DialerObject]) -> str:
    cases = "".join(
        f" WHEN {_literal(each.object_id)} THEN {_literal(each.resource_id)}"
        for each in objects
        if each.resource_id
    )
    return f"CASE `{column}`{cases} END" if cases else "''"


def _literal(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"not an id: {text!r}")
    return f"'{text}'"
