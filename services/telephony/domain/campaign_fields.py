"""A campaign as columns of the dialer's."""

from __future__ import annotations

from typing import Final

from services.kit.money import decimal_text
from services.telephony.domain.campaign import CallingHours, Campaign, DialMethod, RecordingMode

_METHODS: Final = {
    DialMethod.MANUAL: "MANUAL",
    DialMethod.RATIO: "RATIO",
    DialMethod.ADAPTIVE: "ADAPT_TAPERED",
}
# Call times that every dialer brings along.
_HOURS: Final = {
    CallingHours.NINE_TO_NINE: "9am-9pm",
    CallingHours.NINE_TO_FIVE: "9am-5pm",
    CallingHours.NOON_TO_FIVE: "12pm-5pm",
    CallingHours.NOON_TO_NINE: "12pm-9pm",
    CallingHours.FIVE_TO_NINE: "5pm-9pm",
}
_RECORDING: Final = {
    RecordingMode.NEVER: "NEVER",
    RecordingMode.ON_DEMAND: "ONDEMAND",
    # Not ALLCALLS, which an agent can stop.
    RecordingMode.ALL_CALLS: "ALLFORCE",
}


def fields_of(campaign: Campaign) -> dict[str, str]:
    """Gives the columns that say what the campaign is; whether it is active is not among them.

    The dialer moves the level of an adaptive campaign itself, up to the greatest.
    """
    level = decimal_text(campaign.dial_level)
    fields = {
        "campaign_name": campaign.display_name,
        "dial_method": _METHODS[campaign.dial_method],
        "campaign_cid": campaign.caller_number.removeprefix("+"),
        "local_call_time": _HOURS[campaign.calling_hours],
        "campaign_recording": _RECORDING[campaign.recording_mode],
    }
    match campaign.dial_method:
        case DialMethod.MANUAL:
            fields["auto_dial_level"] = "0"
        case DialMethod.RATIO:
            fields["auto_dial_level"] = level
        case DialMethod.ADAPTIVE:
            fields["adaptive_maximum_level"] = level
    return fields
