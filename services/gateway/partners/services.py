"""Channels and stubs of the four services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import grpc

from veneer.billing.v1 import (
    account_service_pb2_grpc,
    cost_book_service_pb2_grpc,
    credit_note_service_pb2_grpc,
    draft_invoice_service_pb2_grpc,
    invoice_explanation_service_pb2_grpc,
    invoice_run_service_pb2_grpc,
    invoice_service_pb2_grpc,
    margin_service_pb2_grpc,
    overhead_book_service_pb2_grpc,
    payment_service_pb2_grpc,
    plan_service_pb2_grpc,
    price_book_service_pb2_grpc,
    price_notice_service_pb2_grpc,
    profit_and_loss_service_pb2_grpc,
    rate_sheet_service_pb2_grpc,
    statement_service_pb2_grpc,
    wallet_service_pb2_grpc,
)
from veneer.gateway.v1 import leak_alarm_service_pb2_grpc, webhook_endpoint_service_pb2_grpc
from veneer.telephony.v1 import (
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
from veneer.tenancy.v1 import (
    api_key_service_pb2_grpc,
    audit_record_service_pb2_grpc,
    audit_service_pb2_grpc,
    authentication_service_pb2_grpc,
    directory_service_pb2_grpc,
    invitation_service_pb2_grpc,
    lifecycle_service_pb2_grpc,
    notice_record_service_pb2_grpc,
    profile_service_pb2_grpc,
    tenant_service_pb2_grpc,
    user_service_pb2_grpc,
)
from veneer.usage.v1 import (
    call_service_pb2_grpc,
    meter_service_pb2_grpc,
    usage_summary_service_pb2_grpc,
)

if TYPE_CHECKING:
    from veneer.billing.v1.account_service_pb2_grpc import AccountServiceAsyncStub
    from veneer.billing.v1.cost_book_service_pb2_grpc import CostBookServiceAsyncStub
    from veneer.billing.v1.credit_note_service_pb2_grpc import CreditNoteServiceAsyncStub
    from veneer.billing.v1.draft_invoice_service_pb2_grpc import DraftInvoiceServiceAsyncStub
    from veneer.billing.v1.invoice_explanation_service_pb2_grpc import (
        InvoiceExplanationServiceAsyncStub,
    )
    from veneer.billing.v1.invoice_run_service_pb2_grpc import InvoiceRunServiceAsyncStub
    from veneer.billing.v1.invoice_service_pb2_grpc import InvoiceServiceAsyncStub
    from veneer.billing.v1.margin_service_pb2_grpc import MarginServiceAsyncStub
    from veneer.billing.v1.overhead_book_service_pb2_grpc import OverheadBookServiceAsyncStub
    from veneer.billing.v1.payment_service_pb2_grpc import PaymentServiceAsyncStub
    from veneer.billing.v1.plan_service_pb2_grpc import PlanServiceAsyncStub
    from veneer.billing.v1.price_book_service_pb2_grpc import PriceBookServiceAsyncStub
    from veneer.billing.v1.price_notice_service_pb2_grpc import PriceNoticeServiceAsyncStub
    from veneer.billing.v1.profit_and_loss_service_pb2_grpc import ProfitAndLossServiceAsyncStub
    from veneer.billing.v1.rate_sheet_service_pb2_grpc import RateSheetServiceAsyncStub
    from veneer.billing.v1.statement_service_pb2_grpc import StatementServiceAsyncStub
    from veneer.billing.v1.wallet_service_pb2_grpc import WalletServiceAsyncStub
    from veneer.gateway.v1.leak_alarm_service_pb2_grpc import LeakAlarmServiceAsyncStub
    from veneer.gateway.v1.webhook_endpoint_service_pb2_grpc import (
        WebhookEndpointServiceAsyncStub,
    )
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
    from veneer.tenancy.v1.api_key_service_pb2_grpc import ApiKeyServiceAsyncStub
    from veneer.tenancy.v1.audit_record_service_pb2_grpc import AuditRecordServiceAsyncStub
    from veneer.tenancy.v1.audit_service_pb2_grpc import AuditServiceAsyncStub
    from veneer.tenancy.v1.authentication_service_pb2_grpc import AuthenticationServiceAsyncStub
    from veneer.tenancy.v1.directory_service_pb2_grpc import DirectoryServiceAsyncStub
    from veneer.tenancy.v1.invitation_service_pb2_grpc import InvitationServiceAsyncStub
    from veneer.tenancy.v1.lifecycle_service_pb2_grpc import LifecycleServiceAsyncStub
    from veneer.tenancy.v1.notice_record_service_pb2_grpc import NoticeRecordServiceAsyncStub
    from veneer.tenancy.v1.profile_service_pb2_grpc import ProfileServiceAsyncStub
    from veneer.tenancy.v1.tenant_service_pb2_grpc import TenantServiceAsyncStub
    from veneer.tenancy.v1.user_service_pb2_grpc import UserServiceAsyncStub
    from veneer.usage.v1.call_service_pb2_grpc import CallServiceAsyncStub
    from veneer.usage.v1.meter_service_pb2_grpc import MeterServiceAsyncStub
    from veneer.usage.v1.usage_summary_service_pb2_grpc import UsageSummaryServiceAsyncStub

NAMES = ("tenancy", "telephony", "usage", "billing")


class Services:
    """The stubs that the pages call; one channel a service, for the life of the process."""

    authentication: AuthenticationServiceAsyncStub
    directory: DirectoryServiceAsyncStub
    tenants: TenantServiceAsyncStub
    lifecycle: LifecycleServiceAsyncStub
    api_keys: ApiKeyServiceAsyncStub
    users: UserServiceAsyncStub
    invitations: InvitationServiceAsyncStub
    audit: AuditServiceAsyncStub
    audit_records: AuditRecordServiceAsyncStub
    calls: CallServiceAsyncStub
    meters: MeterServiceAsyncStub
    summaries: UsageSummaryServiceAsyncStub
    statements: StatementServiceAsyncStub
    invoices: InvoiceServiceAsyncStub
    drafts: DraftInvoiceServiceAsyncStub
    explanations: InvoiceExplanationServiceAsyncStub
    margins: MarginServiceAsyncStub
    price_books: PriceBookServiceAsyncStub
    price_notices: PriceNoticeServiceAsyncStub
    accounts: AccountServiceAsyncStub
    credit_notes: CreditNoteServiceAsyncStub
    invoice_runs: InvoiceRunServiceAsyncStub
    payments: PaymentServiceAsyncStub
    profits: ProfitAndLossServiceAsyncStub
    wallets: WalletServiceAsyncStub
    overhead_books: OverheadBookServiceAsyncStub
    plans: PlanServiceAsyncStub
    cost_books: CostBookServiceAsyncStub
    rate_sheets: RateSheetServiceAsyncStub
    agents: AgentServiceAsyncStub
    campaigns: CampaignServiceAsyncStub
    dids: DidServiceAsyncStub
    dnc: DncServiceAsyncStub
    recordings: RecordingServiceAsyncStub
    reports: ReportServiceAsyncStub
    notices: NoticeRecordServiceAsyncStub
    live_calls: LiveCallServiceAsyncStub
    lead_lists: LeadListServiceAsyncStub
    lead_uploads: LeadUploadServiceAsyncStub
    leak_alarms: LeakAlarmServiceAsyncStub
    legs: LegServiceAsyncStub
    routes: RouteServiceAsyncStub
    webhooks: WebhookEndpointServiceAsyncStub
    profiles: ProfileServiceAsyncStub
    leads: LeadServiceAsyncStub
    carriers: CarrierServiceAsyncStub
    stock: StockNumberServiceAsyncStub
    drifts: DriftServiceAsyncStub
    reconciliations: ReconciliationServiceAsyncStub
    provisioning: ProvisioningServiceAsyncStub

    def __init__(self, channels: Mapping[str, grpc.aio.Channel]) -> None:
        self.channels = channels
        for attribute, (service, stub) in _STUBS.items():
            setattr(self, attribute, stub(channels[service]))

    async def close(self) -> None:
        """Ends the connections."""
        for channel in self.channels.values():
            await channel.close()


# The generated stubs are typed for synchronous channels, the Async ones exist for mypy alone.
_STUBS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "authentication": ("tenancy", authentication_service_pb2_grpc.AuthenticationServiceStub),
    "directory": ("tenancy", directory_service_pb2_grpc.DirectoryServiceStub),
    "tenants": ("tenancy", tenant_service_pb2_grpc.TenantServiceStub),
    "lifecycle": ("tenancy", lifecycle_service_pb2_grpc.LifecycleServiceStub),
    "api_keys": ("tenancy", api_key_service_pb2_grpc.ApiKeyServiceStub),
    "invitations": ("tenancy", invitation_service_pb2_grpc.InvitationServiceStub),
    "users": ("tenancy", user_service_pb2_grpc.UserServiceStub),
    "audit": ("tenancy", audit_service_pb2_grpc.AuditServiceStub),
    "audit_records": ("tenancy", audit_record_service_pb2_grpc.AuditRecordServiceStub),
    "calls": ("usage", call_service_pb2_grpc.CallServiceStub),
    "meters": ("usage", meter_service_pb2_grpc.MeterServiceStub),
    "summaries": ("usage", usage_summary_service_pb2_grpc.UsageSummaryServiceStub),
    "statements": ("billing", statement_service_pb2_grpc.StatementServiceStub),
    "invoices": ("billing", invoice_service_pb2_grpc.InvoiceServiceStub),
    "explanations": (
        "billing",
        invoice_explanation_service_pb2_grpc.InvoiceExplanationServiceStub,
    ),
    "drafts": ("billing", draft_invoice_service_pb2_grpc.DraftInvoiceServiceStub),
    "margins": ("billing", margin_service_pb2_grpc.MarginServiceStub),
    "price_books": ("billing", price_book_service_pb2_grpc.PriceBookServiceStub),
    "price_notices": ("billing", price_notice_service_pb2_grpc.PriceNoticeServiceStub),
    "accounts": ("billing", account_service_pb2_grpc.AccountServiceStub),
    "credit_notes": ("billing", credit_note_service_pb2_grpc.CreditNoteServiceStub),
    "invoice_runs": ("billing", invoice_run_service_pb2_grpc.InvoiceRunServiceStub),
    "payments": ("billing", payment_service_pb2_grpc.PaymentServiceStub),
    "profits": ("billing", profit_and_loss_service_pb2_grpc.ProfitAndLossServiceStub),
    "wallets": ("billing", wallet_service_pb2_grpc.WalletServiceStub),
    "overhead_books": ("billing", overhead_book_service_pb2_grpc.OverheadBookServiceStub),
    "plans": ("billing", plan_service_pb2_grpc.PlanServiceStub),
    "cost_books": ("billing", cost_book_service_pb2_grpc.CostBookServiceStub),
    "rate_sheets": ("billing", rate_sheet_service_pb2_grpc.RateSheetServiceStub),
    "agents": ("telephony", agent_service_pb2_grpc.AgentServiceStub),
    "campaigns": ("telephony", campaign_service_pb2_grpc.CampaignServiceStub),
    "dids": ("telephony", did_service_pb2_grpc.DidServiceStub),
    "dnc": ("telephony", dnc_service_pb2_grpc.DncServiceStub),
    "recordings": ("telephony", recording_service_pb2_grpc.RecordingServiceStub),
    "reports": ("telephony", report_service_pb2_grpc.ReportServiceStub),
    "notices": ("tenancy", notice_record_service_pb2_grpc.NoticeRecordServiceStub),
    "live_calls": ("telephony", live_call_service_pb2_grpc.LiveCallServiceStub),
    "lead_lists": ("telephony", lead_list_service_pb2_grpc.LeadListServiceStub),
    "lead_uploads": ("telephony", lead_upload_service_pb2_grpc.LeadUploadServiceStub),
    "leak_alarms": ("gateway", leak_alarm_service_pb2_grpc.LeakAlarmServiceStub),
    "legs": ("telephony", leg_service_pb2_grpc.LegServiceStub),
    "webhooks": ("gateway", webhook_endpoint_service_pb2_grpc.WebhookEndpointServiceStub),
    "routes": ("telephony", route_service_pb2_grpc.RouteServiceStub),
    "profiles": ("tenancy", profile_service_pb2_grpc.ProfileServiceStub),
    "leads": ("telephony", lead_service_pb2_grpc.LeadServiceStub),
    "carriers": ("telephony", carrier_service_pb2_grpc.CarrierServiceStub),
    "stock": ("telephony", stock_number_service_pb2_grpc.StockNumberServiceStub),
    "drifts": ("telephony", drift_service_pb2_grpc.DriftServiceStub),
    "reconciliations": ("telephony", reconciliation_service_pb2_grpc.ReconciliationServiceStub),
    "provisioning": ("telephony", provisioning_service_pb2_grpc.ProvisioningServiceStub),
}
