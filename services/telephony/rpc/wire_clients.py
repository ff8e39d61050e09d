"""Campaigns and agents: messages to domain and back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.kit.aip import field_mask
from services.kit.clock import Clock
from services.kit.money_wire import decimal_from_wire, decimal_to_wire
from services.telephony.domain.agent import Agent, AgentState, Presence
from services.telephony.domain.campaign import (
    CallingHours,
    Campaign,
    DialMethod,
    RecordingMode,
)
from services.telephony.rpc.wire import timestamp
from veneer.telephony.v1 import agent_service_pb2, campaign_service_pb2

_Campaign = campaign_service_pb2.Campaign
_Agent = agent_service_pb2.Agent


def campaign(found: Campaign, dialable_leads: int | None = None) -> campaign_service_pb2.Campaign:
    """A campaign as its tenant sees it."""
    return _Campaign(
        name=f"tenants/{found.tenant_id}/campaigns/{found.campaign_id}",
        display_name=found.display_name,
        state=_Campaign.State.Value(found.state.value),
        dial_method=_Campaign.DialMethod.Value(found.dial_method.value),
        dial_level=decimal_to_wire(found.dial_level),
        caller_number=found.caller_number,
        calling_hours=_Campaign.CallingHours.Value(found.calling_hours.value),
        recording_mode=_Campaign.RecordingMode.Value(found.recording_mode.value),
        dialable_lead_count=dialable_leads,
        reconciling=found.is_reconciling,
        etag=found.etag,
        create_time=timestamp(found.create_time),
        update_time=timestamp(found.update_time),
    )


def campaign_from(
    tenant_id: str, request: campaign_service_pb2.CreateCampaignRequest, clock: Clock
) -> Campaign:
    """The campaign that is asked for."""
    now = clock.now()
    blank = Campaign(tenant_id, request.campaign_id, 0, "", now, now)
    return _with_settings(blank, request.campaign)


def campaign_merged(
    current: Campaign, request: campaign_service_pb2.UpdateCampaignRequest
) -> Campaign:
    """The campaign with the settings that are asked for."""
    return _with_settings(
        current, field_mask.merged(request.update_mask, request.campaign, campaign(current))
    )


def agent(found: Agent, presence: Presence | None = None, password: str = "") -> _Agent:
    """An agent as its tenant sees it; `presence.campaign` is a resource name by now."""
    message = _Agent(
        name=f"tenants/{found.tenant_id}/agents/{found.agent_id}",
        display_name=found.display_name,
        state=_Agent.State.Value(found.state.value),
        may_dial_manually=found.may_dial_manually,
        password=password,
        reconciling=found.is_reconciling,
        etag=found.etag,
        create_time=timestamp(found.create_time),
        update_time=timestamp(found.update_time),
    )
    if presence is not None:
        message.presence.CopyFrom(
            _Agent.Presence(
                activity=_Agent.Presence.Activity.Value(presence.activity.value),
                start_time=timestamp(presence.since) if presence.since else None,
                campaign=presence.campaign,
            )
        )
    return message


def agent_from(
    tenant_id: str, request: agent_service_pb2.CreateAgentRequest, clock: Clock
) -> Agent:
    """The agent that is asked for."""
    now = clock.now()
    asked = request.agent
    return Agent(
        tenant_id,
        request.agent_id,
        0,
        asked.display_name,
        now,
        now,
        state=AgentState.ACTIVE,
        may_dial_manually=asked.may_dial_manually,
    )


def agent_merged(current: Agent, request: agent_service_pb2.UpdateAgentRequest) -> Agent:
    """The agent with the settings that are asked for."""
    merged = field_mask.merged(request.update_mask, request.agent, agent(current))
    return replace(
        current,
        display_name=merged.display_name,
        may_dial_manually=merged.may_dial_manually,
    )


def _with_settings(current: Campaign, asked: campaign_service_pb2.Campaign) -> Campaign:
    level = decimal_from_wire(asked.dial_level) if asked.dial_level.value else Decimal(1)
    hours = _Campaign.CallingHours.Name(asked.calling_hours)
    method = _Campaign.DialMethod.Name(asked.dial_method)
    recording = _Campaign.RecordingMode.Name(asked.recording_mode)
    return replace(
        current,
        display_name=asked.display_name,
        dial_method=DialMethod(method) if asked.dial_method else DialMethod.MANUAL,
        dial_level=level,
        caller_number=asked.caller_number,
        calling_hours=CallingHours(hours) if asked.calling_hours else CallingHours.NINE_TO_NINE,
        recording_mode=RecordingMode(recording) if asked.recording_mode else RecordingMode.NEVER,
    )
