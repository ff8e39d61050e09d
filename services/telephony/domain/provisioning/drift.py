"""What is in the dialer held against what should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.telephony.domain.provisioning.kinds import differences, expected
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState

PRESENT = "present"


class Policy(StrEnum):
    """What is done about drift that a look finds by itself.

    ISOLATION puts right at once what keeps tenants apart, and leaves the rest to the operator.
    """

    REPORT = "REPORT"
    ISOLATION = "ISOLATION"
    REPAIR = "REPAIR"


@dataclass(frozen=True, slots=True)
class Drift:
    """A field that is not as it should be; no field: the object is missing, or too many."""

    tenant_id: str
    kind: Kind
    object_id: str
    field: str
    expected: str
    actual: str
    find_time: datetime | None = None
    seen_time: datetime | None = None

    @property
    def drift_id(self) -> str:
        """Its id: kind, object and field."""
        parts = (self.kind.value, self.object_id.replace("/", "."), self.field or "object")
        return "-".join(parts).replace("_", "-").lower()


def drifts_of(known: DialerObject, actual: Mapping[str, str | None] | None) -> list[Drift]:
    """Compares an object that is not just being made."""
    if known.state is not ObjectState.ACTIVE:
        return []
    key = (known.tenant_id, known.kind, known.object_id)
    if actual is None:
        return [Drift(*key, "", PRESENT, "")]
    return [Drift(*key, *difference) for difference in differences(expected(known), actual)]


def strangers(
    tenant_id: str, kind: Kind, found: Iterable[str], known: Iterable[str]
) -> list[Drift]:
    """Objects of a tenant's that nobody of ours made."""
    ours = {each.lower() for each in known}
    return [
        Drift(tenant_id, kind, each, "", "", PRESENT)
        for each in sorted(found)
        if each.lower() not in ours
    ]
