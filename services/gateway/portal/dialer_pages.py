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
from services.gateway.portal.client.dnc import add_dnc_numbers, dnc_numbers, remove_dnc_number
from services.gateway.portal.client.lead_files import (
    cancel_lead_file,
    lead_file,
    lead_file_report,
    send_lead_file,
    start_lead_file,
)
from services.gateway.portal.client.lead_lists import (
    create_lead_list,
    lead_list,
    lead_lists,
    tell_of_lead_file,
)
from services.gateway.portal.client.live import live
from services.gateway.portal.client.numbers import (
    numbers,
    order_number,
    release_number,
    route_number,
)
from services.gateway.portal.client.recordings import recording_sound, recordings
from services.gateway.portal.client.reports import report_file, reports
from services.gateway.portal.handling import Handler
from services.gateway.portal.streaming import streamed
from services.gateway.portal.uploads import UploadPage

CLIENT_DIALER_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/live", live),
    ("GET", "/events/live", streamed(live)),
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
    ("GET", "/lists/{lead_list}/files/{file}", lead_file),
    ("POST", "/lists/{lead_list}/files/{file}/start", start_lead_file),
    ("POST", "/lists/{lead_list}/files/{file}/cancel", cancel_lead_file),
    ("GET", "/lists/{lead_list}/files/{file}/report", lead_file_report),
    ("GET", "/numbers", numbers),
    ("POST", "/numbers", order_number),
    ("POST", "/numbers/{number}/route", route_number),
    ("POST", "/numbers/{number}/release", release_number),
    ("GET", "/do-not-call", dnc_numbers),
    ("POST", "/do-not-call", add_dnc_numbers),
    ("POST", "/do-not-call/remove", remove_dnc_number),
    ("GET", "/recordings", recordings),
    ("GET", "/recordings/{recording}/sound", recording_sound),
    ("GET", "/reports", reports),
    ("GET", "/reports/{report}/file", report_file),
)

CLIENT_UPLOADS: tuple[tuple[str, UploadPage], ...] = (
    ("/lists/{lead_list}/files", UploadPage(send_lead_file, tell_of_lead_file)),
)
