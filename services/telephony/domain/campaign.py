"""Campaigns: what a tenant's agents dial for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from services.kit.errors import Aborted, FieldViolation, InvalidRequest, Kind, Refusal
from services.kit.money import decimal_text

_ID: Final = re.compile(r"[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?")
# What survives the dialer's filters, so that a name is the same on both sides.
_NAME: Final = re.compile(r"[0-9A-Za-z](?:[ 0-9A-Za-z.,_&'()+-]{4,38})[0-9A-Za-z.)+]")
_LEVEL_MAX: Final = Decimal(10)


class CampaignArchived(Refusal):
    """The campaign is over."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CAMPAIGN_ARCHIVED"


class CallerNumberMissing(Refusal):
    """The campaign has no number to show."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CALLER_NUMBER_MISSING"


class CallerNumberNotHeld(Refusal):
    """The number to show is not one that the tenant holds."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CALLER_NUMBER_NOT_HELD"


class CampaignState(StrEnum):
    """What a campaign does."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ARCHIVED = "ARCHIVED"


class DialMethod(StrEnum):
    """Who decides when to dial."""

    MANUAL = "MANUAL"
    RATIO = "RATIO"
    ADAPTIVE = "ADAPTIVE"


class CallingHours(StrEnum):
    """When people may be called, by their own time; never before 9:00 or after 21:00."""

    NINE_TO_NINE = "NINE_TO_NINE"
    NINE_TO_FIVE = "NINE_TO_FIVE"
    NOON_TO_FIVE = "NOON_TO_FIVE"
    NOON_TO_NINE = "NOON_TO_NINE"
    FIVE_TO_NINE = "FIVE_TO_NINE"


class RecordingMode(StrEnum):
    """Which calls are recorded."""

    NEVER = "NEVER"
    ON_DEMAND = "ON_DEMAND"
    ALL_CALLS = "ALL_CALLS"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it should be; the dialer has it as of `applied_version`.

    `number` makes its id in the dialer. `caller_number` is E.164 with plus, or empty.
    """

    tenant_id: str
    campaign_id: str
    number: int
    display_name: str
    create_time: datetime
    update_time: datetime
    state: CampaignState = CampaignState.PAUSED
    dial_method: DialMethod = DialMethod.MANUAL
    dial_level: Decimal = Decimal(1)
    caller_number: str = ""
    calling_hours: CallingHours = CallingHours.NINE_TO_NINE
    recording_mode: RecordingMode = RecordingMode.NEVER
    version: int = 1
    applied_version: int = 0

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return f'"{self.version}"'

    @property
    def is_reconciling(self) -> bool:
        """Whether the dialer does not have it as it is here."""
        return self.applied_version < self.version


def checked(campaign: Campaign) -> Campaign:
    """Gives the campaign; refuses with INVALID_REQUEST all that is wrong with it."""
    violations = list(_violations(campaign))
    if violations:
        raise InvalidRequest(violations)
    return campaign


def changed(campaign: Campaign, wanted: Campaign, at: datetime) -> Campaign:
    """Gives the campaign with other settings; refuses with CAMPAIGN_ARCHIVED."""
    _refuse_archived(campaign)
    if campaign.state is CampaignState.ACTIVE and not wanted.caller_number:
        raise CallerNumberMissing("A campaign that is active must show a number.")
    return checked(replace(wanted, version=campaign.version + 1, update_time=at))


def moved(campaign: Campaign, state: CampaignState, at: datetime) -> Campaign:
    """Gives the campaign in another state; the same if it is in it."""
    if campaign.state is state:
        return campaign
    _refuse_archived(campaign)
    if state is CampaignState.ACTIVE and not campaign.caller_number:
        raise CallerNumberMissing("A campaign must show a number before it is dialed.")
    return replace(campaign, state=state, version=campaign.version + 1, update_time=at)


def check_etag(sent: str, current: str) -> None:
    """Refuses with CONCURRENT_CHANGE what was made for an older resource; none is always right."""
    if sent and sent != current:
        raise Aborted("The resource was changed meanwhile.")


def _refuse_archived(campaign: Campaign) -> None:
    if campaign.state is CampaignState.ARCHIVED:
        raise CampaignArchived("The campaign is archived.")


def _violations(campaign: Campaign) -> Iterator[FieldViolation]:
    if not _ID.fullmatch(campaign.campaign_id):
        yield FieldViolation(
            "campaign_id", "Must be 1 to 31 lower-case letters, digits and hyphens, a letter first."
        )
    if not _NAME.fullmatch(campaign.display_name):
        yield FieldViolation(
            "campaign.display_name",
            "Must be 6 to 40 letters, digits, spaces and .,_&'()+-, no space at its ends.",
        )
    level = campaign.dial_level
    if not 1 <= level <= _LEVEL_MAX or level * 10 != int(level * 10):
        yield FieldViolation(
            "campaign.dial_level", f"Must be 1 to {decimal_text(_LEVEL_MAX)} in tenths."
        )
