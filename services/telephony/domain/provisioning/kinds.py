"""Where the dialer keeps each kind of object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.telephony.domain.provisioning.objects import DialerObject, Kind

ACTIVE: Final = "Y"
INACTIVE: Final = "N"


@dataclass(frozen=True, slots=True)
class Place:
    """A kind's table; the columns that its id stands in; the one that is Y or N, if any.

    `beside` are tables with a row of it, by the column that holds its id.
    """

    table: str
    key: tuple[str, ...]
    switch: str | None = None
    beside: tuple[tuple[str, str], ...] = ()


_STATISTICS: Final = (
    ("vicidial_campaign_stats", "campaign_id"),
    ("vicidial_campaign_stats_debug", "campaign_id"),
)
PLACES: Final[Mapping[Kind, Place]] = {
    Kind.USER_GROUP: Place("vicidial_user_groups", ("user_group",)),
    Kind.CAMPAIGN: Place("vicidial_campaigns", ("campaign_id",), "active", _STATISTICS),
    Kind.STATUS: Place("vicidial_campaign_statuses", ("campaign_id", "status")),
    Kind.PAUSE_CODE: Place("vicidial_pause_codes", ("campaign_id", "pause_code")),
    Kind.LIST: Place("vicidial_lists", ("list_id",), "active"),
    Kind.IN_GROUP: Place("vicidial_inbound_groups", ("group_id",), "active", _STATISTICS),
    Kind.PHONE: Place("phones", ("extension",), "active"),
    Kind.USER: Place("vicidial_users", ("user",), "active"),
    Kind.CALLER_ID: Place("groups_alias", ("group_alias_id",), "active"),
    Kind.DID: Place("vicidial_inbound_dids", ("did_pattern",), "did_active"),
    Kind.CARRIER: Place("vicidial_server_carriers", ("carrier_id",), "active"),
}
# What depends on another kind stands behind it; removal goes the other way.
ORDER: Final = tuple(Kind)


def key_of(known: DialerObject) -> dict[str, str]:
    """The key of the object's row."""
    columns = PLACES[known.kind].key
    parts = known.object_id.split("/", len(columns) - 1)
    return dict(zip(columns, parts, strict=True))


def expected(known: DialerObject) -> dict[str, str]:
    """The fields as they should stand in the dialer now: what is held back is off."""
    place = PLACES[known.kind]
    fields = dict(known.fields)
    if place.switch in fields and known.held:
        fields[place.switch] = INACTIVE
    return fields


def inactive(known: DialerObject) -> dict[str, str]:
    """The fields of the object before it is switched on."""
    place = PLACES[known.kind]
    return {
        name: INACTIVE if name == place.switch else value for name, value in known.fields.items()
    }


def differences(
    wanted: Mapping[str, str], actual: Mapping[str, str | None]
) -> list[tuple[str, str, str]]:
    """What differs, as (field, expected, actual); the dialer knows no difference of NULL and ''."""
    return [
        (name, value, actual.get(name) or "")
        for name, value in sorted(wanted.items())
        if (actual.get(name) or "") != value
    ]
