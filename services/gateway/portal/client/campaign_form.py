"""A campaign's settings as a form has them, and as the contract does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.gateway.portal.amounts import typed_number
from services.kit.money_wire import decimal_to_wire
from veneer.telephony.v1.campaign_service_pb2 import Campaign

Choices = Sequence[tuple[int, str]]

DIAL_METHODS: Choices = (
    (Campaign.MANUAL, "Manual: agents dial call by call"),
    (Campaign.RATIO, "Fixed ratio: so many calls for each waiting agent"),
    (Campaign.ADAPTIVE, "Adaptive: as many calls as are answered in time"),
)
DIALS = {
    Campaign.DIAL_METHOD_UNSPECIFIED: "Manual",
    Campaign.MANUAL: "Manual",
    Campaign.RATIO: "Fixed ratio",
    Campaign.ADAPTIVE: "Adaptive",
}
CALLING_HOURS: Choices = (
    (Campaign.NINE_TO_NINE, "9 am to 9 pm"),
    (Campaign.NINE_TO_FIVE, "9 am to 5 pm"),
    (Campaign.NOON_TO_FIVE, "noon to 5 pm"),
    (Campaign.NOON_TO_NINE, "noon to 9 pm"),
    (Campaign.FIVE_TO_NINE, "5 pm to 9 pm"),
)
RECORDING_MODES: Choices = (
    (Campaign.NEVER, "No calls"),
    (Campaign.ON_DEMAND, "Calls that the agent chooses"),
    (Campaign.ALL_CALLS, "All calls"),
)


def values_of(campaign: Campaign) -> dict[str, str]:
    """Gives the settings as texts, by the names that they have in the contract and in the form."""
    return {
        "display_name": campaign.display_name,
        "dial_method": str(campaign.dial_method or Campaign.MANUAL),
        "dial_level": campaign.dial_level.value or "1",
        "caller_number": campaign.caller_number,
        "calling_hours": str(campaign.calling_hours or Campaign.NINE_TO_NINE),
        "recording_mode": str(campaign.recording_mode or Campaign.NEVER),
    }


def typed_campaign(form: dict[str, str]) -> Campaign:
    """Reads the settings; refuses a level that is no number, all else is telephony's to say."""
    level = typed_number(form.get("dial_level", "").strip() or "1", "campaign.dial_level")
    typed = Campaign(
        display_name=form.get("display_name", "").strip(),
        dial_method=_chosen(form, "dial_method", DIAL_METHODS),
        caller_number=form.get("caller_number", ""),
        calling_hours=_chosen(form, "calling_hours", CALLING_HOURS),
        recording_mode=_chosen(form, "recording_mode", RECORDING_MODES),
    )
    typed.dial_level.CopyFrom(decimal_to_wire(level))
    return typed


def _chosen(form: dict[str, str], name: str, choices: Choices) -> Any:
    """Gives the choice that was sent, which is the first if it is none."""
    values = {str(value): value for value, _ in choices}
    return values.get(form.get(name, ""), choices[0][0])
