"""Which page about the dialer is at which path."""

from __future__ import annotations

from services.gateway.portal.client.agents import (
    agents,
    create_agent,
    deactivate_agent,
    reactivate_agent,
    reset_password,
)
from services.gateway.portal.client.campaigns import (
    campaign,
    campaigns,
    create_campaign,
    new_campaign,
    pause_campaign,
    resume_campaign,
    update_campaign,
)
from services.gateway.portal.client.lead_lists import create_lead_list, lead_list, lead_lists
from services.gateway.portal.client.live import live
from services.gateway.portal.handling import Handler

CLIENT_DIALER_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/live", live),
    ("GET", "/agents", agents),
    ("POST", "/agents", create_agent),
    ("POST", "/agents/{agent}/password", reset_password),
    ("POST", "/agents/{agent}/deactivate", deactivate_agent),
    ("POST", "/agents/{agent}/reactivate", reactivate_agent),
    ("GET", "/campaigns", campaigns),
    ("POST", "/campaigns", create_campaign),
    # A campaign's id never begins with an underscore.
    ("GET", "/campaigns/_new", new_campaign),
    ("GET", "/campaigns/{campaign}", campaign),
    ("POST", "/campaigns/{campaign}", update_campaign),
    ("POST", "/campaigns/{campaign}/pause", pause_campaign),
    ("POST", "/campaigns/{campaign}/resume", resume_campaign),
    ("GET", "/lists", lead_lists),
    ("POST", "/lists", create_lead_list),
    ("GET", "/lists/{lead_list}", lead_list),
)
