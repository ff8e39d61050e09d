"""What a campaign may be, and what the dialer is told of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.kit.errors import InvalidRequest, QuotaExceeded
from services.telephony.domain.campaign import (
    CallingHours,
    Campaign,
    CampaignArchived,
    CampaignState,
    DialMethod,
    changed,
    checked,
    moved,
)
from services.telephony.domain.campaign_fields import fields_of
from services.telephony.domain.quota import check_quota
from tests.support.builders.telephony import NOON

CAMPAIGN = Campaign("t-1", "west", 1, "Solar leads", NOON, NOON, caller_number="+13125550100")


@pytest.mark.parametrize(
    ("name", "passes"),
    [("Solar leads", True), ("Öland 2026", False), ("short", False), ("x" * 40, True),
     ("x" * 41, False), ("a; DROP TABLE", False), (" leading", False), ("Tom & Co (west)", True)],
)  # fmt: skip
def test_a_name_is_one_that_the_dialer_keeps(name: str, passes: bool) -> None:
    """Otherwise the two sides would differ from the start."""
    wanted = replace(CAMPAIGN, display_name=name)
    if passes:
        assert checked(wanted) == wanted
    else:
        with pytest.raises(InvalidRequest):
            checked(wanted)


@pytest.mark.parametrize(
    ("method", "told"),
    [(DialMethod.MANUAL, {"dial_method": "MANUAL", "auto_dial_level": "0"}),
     (DialMethod.RATIO, {"dial_method": "RATIO", "auto_dial_level": "3.5"}),
     (DialMethod.ADAPTIVE, {"dial_method": "ADAPT_TAPERED", "adaptive_maximum_level": "3.5"})],
)  # fmt: skip
def test_a_level_is_told_where_the_method_looks_for_it(
    method: DialMethod, told: dict[str, str]
) -> None:
    """The dialer moves an adaptive campaign's level itself: it is left alone."""
    fields = fields_of(replace(CAMPAIGN, dial_method=method, dial_level=Decimal("3.5")))

    level = {name: value for name, value in fields.items() if "level" in name or "method" in name}
    assert level == told


def test_nobody_is_called_at_night() -> None:
    """There are no hours before nine or after nine."""
    hours = {fields_of(replace(CAMPAIGN, calling_hours=each))["local_call_time"]
             for each in CallingHours}  # fmt: skip

    assert hours == {"9am-9pm", "9am-5pm", "12pm-5pm", "12pm-9pm", "5pm-9pm"}


def test_every_change_is_a_new_version() -> None:
    """And what changes nothing is none."""
    active = moved(CAMPAIGN, CampaignState.ACTIVE, NOON)

    assert (active.version, active.is_reconciling) == (2, True)
    assert moved(active, CampaignState.ACTIVE, NOON) is active


@pytest.mark.parametrize("change", [
    lambda campaign: changed(campaign, campaign, NOON),
    lambda campaign: moved(campaign, CampaignState.ACTIVE, NOON),
])  # fmt: skip
def test_an_archived_campaign_stays_so(change: Any) -> None:
    """Its calls stay reported under its name."""
    with pytest.raises(CampaignArchived):
        change(replace(CAMPAIGN, state=CampaignState.ARCHIVED))


@pytest.mark.parametrize(
    ("limit", "having", "passes"),
    [(None, 10**6, True), (10, 9, True), (10, 10, False), (10, 11, False), (0, 0, False)],
)
def test_a_quota_counts_what_is_there(limit: int | None, having: int, passes: bool) -> None:
    """None is without limit; nought is none at all."""
    if passes:
        check_quota("agents", limit, having)
    else:
        with pytest.raises(QuotaExceeded):
            check_quota("agents", limit, having)
