"""What a new tenant is given in the dialer."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Final

from services.kit.errors import FieldViolation, InvalidRequest

AGENTS_MAX: Final = 500
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,28}[A-Za-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]{7,15}")
_CAMPAIGN: Final = re.compile(r"[A-Za-z0-9_]{2,8}")
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


@dataclass(frozen=True, slots=True)
class Setup:
    """A tenant's start: so many agents, one campaign, its numbers (digits, country code first).

    `campaign_name` is what agents see; `host` is the address of the host that their phones
    register at; `technology` SIP or PJSIP.
    """

    campaign_name: str
    host: str
    agents: int = 0
    template_campaign: str = "TEMPLATE"
    technology: str = "PJSIP"
    caller_ids: tuple[str, ...] = ()
    dids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The set-up as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Setup:
        """The set-up that was kept."""
        lists = {name: tuple(kept[name]) for name in ("caller_ids", "dids")}
        return cls(**{**kept, **lists})


def checked(setup: Setup) -> Setup:
    """Gives the set-up; refuses with INVALID_REQUEST what the dialer would not keep as it is."""
    faults = []
    if not _NAME.fullmatch(setup.campaign_name) or len(setup.campaign_name) < 6:
        faults.append(("campaign_name", "Must be 6 to 30 letters, digits, spaces and . _ -"))
    if not _ADDRESS.fullmatch(setup.host):
        faults.append(("host", "Must be an IPv4 address."))
    if not 0 <= setup.agents <= AGENTS_MAX:
        faults.append(("agents", f"Must be 0 to {AGENTS_MAX}."))
    if not _CAMPAIGN.fullmatch(setup.template_campaign):
        faults.append(("template_campaign", "Must be 2 to 8 letters, digits and underscores."))
    if setup.technology not in ("SIP", "PJSIP"):
        faults.append(("technology", "Must be SIP or PJSIP."))
    for field in ("caller_ids", "dids"):
        numbers = getattr(setup, field)
        if not all(_NUMBER.fullmatch(number) for number in numbers):
            faults.append((field, "Must be 7 to 15 digits each, country code first."))
        if len(set(numbers)) != len(numbers) or len(numbers) > 100:
            faults.append((field, "Must be at most 100, none of them twice."))
    if faults:
        raise InvalidRequest([FieldViolation(f"setup.{field}", text) for field, text in faults])
    return setup
