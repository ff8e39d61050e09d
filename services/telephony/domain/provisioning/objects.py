"""An object in the dialer that is a tenant's: what it is, and what it should be like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Fields = Mapping[str, str]


class Kind(StrEnum):
    """Kinds of objects; in the order in which they can be made, each after what it refers to."""

    USER_GROUP = "user_group"
    CAMPAIGN = "campaign"
    STATUS = "status"
    PAUSE_CODE = "pause_code"
    LIST = "list"
    IN_GROUP = "in_group"
    PHONE = "phone"
    USER = "user"
    CALLER_ID = "callerid"
    DID = "did"
    CARRIER = "carrier"


class ObjectState(StrEnum):
    """INTENDED before it is made, INACTIVE when it was read back, ACTIVE at last."""

    INTENDED = "INTENDED"
    INACTIVE = "INACTIVE"
    ACTIVE = "ACTIVE"


@dataclass(frozen=True, slots=True)
class DialerObject:
    """An object of the map. `object_id` is the dialer's own id, unique in its kind.

    `fields` are the columns that should be as they are here when it is active. `held` are the
    values that a suspension took away, to be given back. Those of a status or pause code:
    `campaign/code`.
    """

    tenant_id: str
    kind: Kind
    object_id: str
    resource_id: str = ""
    state: ObjectState = ObjectState.INTENDED
    fields: Fields = field(default_factory=dict)
    held: Fields = field(default_factory=dict)

    def with_state(self, state: ObjectState) -> DialerObject:
        """The object, further on."""
        return replace(self, state=state)
