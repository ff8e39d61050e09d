"""Stubs of telephony."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from veneer.telephony.v1 import (
    agent_seat_service_pb2_grpc,
    agent_service_pb2_grpc,
    campaign_service_pb2_grpc,
    carrier_service_pb2_grpc,
    did_service_pb2_grpc,
    dnc_service_pb2_grpc,
    drift_service_pb2_grpc,
    lead_list_service_pb2_grpc,
    lead_service_pb2_grpc,
    lead_upload_service_pb2_grpc,
    leg_service_pb2_grpc,
    live_call_service_pb2_grpc,
    provisioning_service_pb2_grpc,
    reconciliation_service_pb2_grpc,
    recording_service_pb2_grpc,
    report_service_pb2_grpc,
    route_service_pb2_grpc,
    stock_number_service_pb2_grpc,
)

if TYPE_CHECKING:
    from veneer.telephony.v1.agent_seat_service_pb2_grpc import AgentSeatServiceAsyncStub
    from veneer.telephony.v1.agent_service_pb2_grpc import AgentServiceAsyncStub
    from veneer.telephony.v1.campaign_service_pb2_grpc import CampaignServiceAsyncStub
    from veneer.telephony.v1.carrier_service_pb2_grpc import CarrierServiceAsyncStub
    from veneer.telephony.v1.did_service_pb2_grpc import DidServiceAsyncStub
    from veneer.telephony.v1.dnc_service_pb2_grpc import DncServiceAsyncStub
    from veneer.telephony.v1.drift_service_pb2_grpc import DriftServiceAsyncStub
    from veneer.telephony.v1.lead_list_service_pb2_grpc import LeadListServiceAsyncStub
    from veneer.telephony.v1.lead_service_pb2_grpc import LeadServiceAsyncStub
    from veneer.telephony.v1.lead_upload_service_pb2_grpc import LeadUploadServiceAsyncStub
    from veneer.telephony.v1.leg_service_pb2_grpc import LegServiceAsyncStub
    from veneer.telephony.v1.live_call_service_pb2_grpc import LiveCallServiceAsyncStub
    from veneer.telephony.v1.provisioning_service_pb2_grpc import ProvisioningServiceAsyncStub
    from veneer.telephony.v1.reconciliation_service_pb2_grpc import ReconciliationServiceAsyncStub
    from veneer.telephony.v1.recording_service_pb2_grpc import RecordingServiceAsyncStub
    from veneer.telephony.v1.report_service_pb2_grpc import ReportServiceAsyncStub
    from veneer.telephony.v1.route_service_pb2_grpc import RouteServiceAsyncStub
    from veneer.telephony.v1.stock_number_service_pb2_grpc import StockNumberServiceAsyncStub


class TelephonyServices:
    """The stubs, by what the gateway calls them."""

    agent_seats: AgentSeatServiceAsyncStub
    agents: AgentServiceAsyncStub
    campaigns: CampaignServiceAsyncStub
    dids: DidServiceAsyncStub
    dnc: DncServiceAsyncStub
    recordings: RecordingServiceAsyncStub
    reports: ReportServiceAsyncStub
    live_calls: LiveCallServiceAsyncStub
    lead_lists: LeadListServiceAsyncStub
    lead_uploads: LeadUploadServiceAsyncStub
    legs: LegServiceAsyncStub
    routes: RouteServiceAsyncStub
    leads: LeadServiceAsyncStub
    carriers: CarrierServiceAsyncStub
    stock: StockNumberServiceAsyncStub
    drifts: DriftServiceAsyncStub
    reconciliations: ReconciliationServiceAsyncStub
    provisioning: ProvisioningServiceAsyncStub


# The generated stubs are typed for synchronous channels, the Async ones exist for mypy alone.
STUBS: dict[str, Callable[[Any], Any]] = {
    "agent_seats": agent_seat_service_pb2_grpc.AgentSeatServiceStub,
    "agents": agent_service_pb2_grpc.AgentServiceStub,
    "campaigns": campaign_service_pb2_grpc.CampaignServiceStub,
    "dids": did_service_pb2_grpc.DidServiceStub,
    "dnc": dnc_service_pb2_grpc.DncServiceStub,
    "recordings": recording_service_pb2_grpc.RecordingServiceStub,
    "reports": report_service_pb2_grpc.ReportServiceStub,
    "live_calls": live_call_service_pb2_grpc.LiveCallServiceStub,
    "lead_lists": lead_list_service_pb2_grpc.LeadListServiceStub,
    "lead_uploads": lead_upload_service_pb2_grpc.LeadUploadServiceStub,
    "legs": leg_service_pb2_grpc.LegServiceStub,
    "routes": route_service_pb2_grpc.RouteServiceStub,
    "leads": lead_service_pb2_grpc.LeadServiceStub,
    "carriers": carrier_service_pb2_grpc.CarrierServiceStub,
    "stock": stock_number_service_pb2_grpc.StockNumberServiceStub,
    "drifts": drift_service_pb2_grpc.DriftServiceStub,
    "reconciliations": reconciliation_service_pb2_grpc.ReconciliationServiceStub,
    "provisioning": provisioning_service_pb2_grpc.ProvisioningServiceStub,
}
