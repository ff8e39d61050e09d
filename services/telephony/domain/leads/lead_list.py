"""Lists of leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest, NotFound
from services.telephony.domain.leads.phone import REGIONS

_ID: Final = re.compile(r"[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?")
_NAME: Final = re.compile(r"[0-9A-Za-z](?:[ 0-9A-Za-z.,_&'()+-]{0,28})[0-9A-Za-z.)+]")


class ListState(StrEnum):
    """Whether a list is dialed."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class LeadList:
    """A list as it should be; the dialer has it as of `applied_version`.

    `number` makes its id in the dialer, never given again.
    """

    tenant_id: str
    list_id: str
    number: int
    display_name: str
    campaign_id: str
    create_time: datetime
    update_time: datetime
    default_region: str = "US"
    state: ListState = ListState.INACTIVE
    version: int = 1
    applied_version: int = 0

    @property
    def name(self) -> str:
        """The resource name."""
        return f"tenants/{self.tenant_id}/leadLists/{self.list_id}"

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return f'"{self.version}"'

    @property
    def is_reconciling(self) -> bool:
        """Whether the dialer does not have it as it is here."""
        return self.applied_version < self.version


def checked(wanted: LeadList) -> LeadList:
    """Gives the list; refuses with INVALID_REQUEST all that is wrong with it."""
    violations = list(_violations(wanted))
    if violations:
        raise InvalidRequest(violations)
    return wanted


def changed(current: LeadList, wanted: LeadList, at: datetime) -> LeadList:
    """Gives the list with other settings; one that is deleted is not there."""
    check_there(current)
    if wanted.state is ListState.DELETED:
        raise InvalidRequest.at("lead_list.state", "Must be ACTIVE or INACTIVE.")
    return checked(replace(wanted, version=current.version + 1, update_time=at))


def deleted(current: LeadList, at: datetime) -> LeadList:
    """Gives the list without its leads; the same if it is so already."""
    if current.state is ListState.DELETED:
        return current
    return replace(current, state=ListState.DELETED, version=current.version + 1, update_time=at)


def check_there(current: LeadList) -> None:
    """Refuses a deleted list as one that is missing."""
    if current.state is ListState.DELETED:
        raise NotFound(resource=current.name)


def _violations(wanted: LeadList) -> Iterator[FieldViolation]:
    if not _ID.fullmatch(wanted.list_id):
        yield FieldViolation(
            "lead_list_id",
            "Must be 1 to 31 lower-case letters, digits and hyphens, a letter first.",
        )
    if not _NAME.fullmatch(wanted.display_name):
        yield FieldViolation(
            "lead_list.display_name",
            "Must be 2 to 30 letters, digits, spaces and .,_&'()+-, no space at its ends.",
        )
    if wanted.default_region not in REGIONS:
        yield FieldViolation("lead_list.default_region", "Must be two letters, such as US.")
