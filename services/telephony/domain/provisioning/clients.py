"""What of a set-up the client sees: its first campaign and its agents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from services.telephony.domain.agent import Agent
from services.telephony.domain.campaign import Campaign, CampaignState, DialMethod, RecordingMode
from services.telephony.domain.provisioning.setup import Setup

DEFAULT_CAMPAIGN = "default"


def first_campaign(tenant_id: str, setup: Setup, now: datetime) -> Campaign:
    """The campaign that the dialer has as it is here."""
    return Campaign(
        tenant_id=tenant_id,
        campaign_id=DEFAULT_CAMPAIGN,
        number=1,
        display_name=setup.campaign_name,
        create_time=now,
        update_time=now,
        state=CampaignState.ACTIVE,
        dial_method=DialMethod.RATIO,
        dial_level=Decimal(1),
        caller_number=f"+{setup.caller_ids[0]}" if setup.caller_ids else "",
        recording_mode=RecordingMode.ALL_CALLS,
        applied_version=1,
    )


def first_agents(tenant_id: str, setup: Setup, now: datetime) -> Iterator[Agent]:
    """The agents that the dialer has as they are here."""
    for number in range(1, setup.agents + 1):
        yield Agent(
            tenant_id=tenant_id,
            agent_id=agent_id(number),
            number=number,
            display_name=f"Agent {number}",
            create_time=now,
            update_time=now,
            may_dial_manually=True,
            applied_version=1,
        )


def agent_id(number: int) -> str:
    """What the client calls its agent at first."""
    return f"agent-{number}"
