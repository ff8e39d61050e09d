"""Every RPC by which somebody changes something has an action in the audit log."""

from __future__ import annotations

import re
from pathlib import Path

from google.api import annotations_pb2, resource_pb2
from google.protobuf.descriptor import MethodDescriptor

from services.gateway.portal.activity_words import ACTIONS
from tests.support.contracts import methods, rule_of

_SERVICES = Path(__file__).resolve().parents[2] / "services"
_ACTION = re.compile(r'"([a-z][A-Za-z]+\.[a-z][A-Za-z]+)"')
# What the rule of names does not fit: the RPC, and the action that it has.
_BILLING, _TELEPHONY, _TENANCY = (
    f"veneer.{each}.v1." for each in ("billing", "telephony", "tenancy")
)
_BY_ANOTHER_NAME = {
    f"{_BILLING}CarrierReconciliationService.AddCarrierCalls": "carrierReconciliations.addCalls",
    f"{_BILLING}CarrierReconciliationService.ReconcileCarrier": "carrierReconciliations.reconcile",
    f"{_BILLING}CouponService.RedeemCoupon": "coupons.redeem",
    f"{_BILLING}DraftInvoiceService.IssueDraftInvoice": "draftInvoices.issue",
    f"{_BILLING}InvoiceRunService.SetInvoiceRunPolicy": "invoiceRunPolicies.set",
    f"{_BILLING}LossPolicyService.SetLossPolicy": "lossPolicies.set",
    f"{_BILLING}LossPolicyService.CheckLosses": "lossPolicies.check",
    f"{_BILLING}PaymentService.PayInvoice": "invoices.pay",
    f"{_BILLING}RateSheetService.ImportRateSheet": "costBooks.import",
    f"{_BILLING}WalletService.TopUpWallet": "wallets.topUp",
    "veneer.gateway.v1.LeakAlarmService.DismissLeakAlarm": "leakAlarms.dismiss",
    "veneer.gateway.v1.WebhookEndpointService.DeleteWebhookEndpoint": "webhookEndpoints.delete",
    "veneer.gateway.v1.WebhookEndpointService.RotateWebhookSecret": "webhookEndpoints.rotateSecret",
    f"{_TELEPHONY}DncService.AddDncNumbers": "dncNumbers.add",
    f"{_TELEPHONY}DncService.RemoveDncNumbers": "dncNumbers.remove",
    f"{_TELEPHONY}DncService.ImportDncNumbers": "dncNumbers.add",
    f"{_TELEPHONY}DriftService.RepairDrifts": "drifts.repair",
    f"{_TELEPHONY}SqlAccessService.DeleteSqlAccess": "sqlAccesses.delete",
    f"{_TELEPHONY}StockNumberService.CreateStockNumbers": "stockNumbers.create",
    f"{_TELEPHONY}StockNumberService.DeleteStockNumber": "stockNumbers.delete",
    f"{_TENANCY}AgreementService.AcceptAgreement": "agreements.accept",
    f"{_TENANCY}AgreementVersionService.RecordPaperAcceptance": "agreements.accept",
    f"{_TENANCY}CancellationService.RequestCancellation": "lifecycleRuns.start",
    f"{_TENANCY}CancellationService.WithdrawCancellation": "lifecycleRuns.withdraw",
    f"{_TENANCY}ClientNoteService.DeleteClientNote": "clientNotes.delete",
    f"{_TENANCY}HostCertificateService.ReportHostCertificate": "hostNames.certify",
    f"{_TENANCY}LifecycleService.SuspendTenant": "lifecycleRuns.start",
    f"{_TENANCY}LifecycleService.ResumeTenant": "lifecycleRuns.start",
    f"{_TENANCY}LifecycleService.TerminateTenant": "lifecycleRuns.start",
    f"{_TENANCY}LifecycleService.WithdrawTermination": "lifecycleRuns.withdraw",
    f"{_TENANCY}ProfileService.UpdateProfile": "tenants.update",
    f"{_TENANCY}SupportStaffService.CreateSupportAccess": "supportAccesses.create",
    f"{_TENANCY}OnboardingService.StartOnboarding": "onboardingRuns.start",
    f"{_TENANCY}OnboardingService.RecordSignature": "onboardingRuns.sign",
}
# RPCs that look like changes and are none in the log, with the reason.
_NOT_A_CHANGE = {
    f"{_BILLING}PaymentService.CreateCardSetup": "opens a page; a card comes from the processor",
    f"{_BILLING}ProfitAndLossService.ComputeProjection": "reads",
    "veneer.gateway.v1.WebhookEndpointService.TestWebhookEndpoint": "is seen in the deliveries",
    f"{_TELEPHONY}LeadUploadService.UploadLeads": "hands in the file of an upload that is noted",
    f"{_TENANCY}HostNameService.CheckHostName": "lets something be looked at earlier",
    "veneer.usage.v1.CallCorrectionService.WithdrawCall": "usage keeps it with the call",
    "veneer.usage.v1.CallCorrectionService.ReinstateCall": "usage keeps it with the call",
    "veneer.usage.v1.MeasurementService.RecordMeasurements": "figures, which usage keeps",
}


def _changes() -> list[MethodDescriptor]:
    """RPCs of people and keys that do more than to read."""
    return [
        method
        for method in methods()
        if rule_of(method).audience in ("CLIENT", "OPERATOR")
        and method.GetOptions().Extensions[annotations_pb2.http].WhichOneof("pattern") != "get"
    ]


def _action_of(method: MethodDescriptor) -> str:
    """`CreateApiKey`, which gives an API key, is `apiKeys.create`."""
    resource = method.output_type.GetOptions().Extensions[resource_pb2.resource]
    noun = resource.type.rpartition("/")[2]
    verb = method.name.replace(noun, "", 1)
    return f"{resource.plural}.{verb[:1].lower()}{verb[1:]}"


def test_every_change_has_an_action() -> None:
    """Whoever adds an RPC notes what it changes, or says here why there is nothing to note."""
    noted = {
        action
        for path in _SERVICES.rglob("*.py")
        if "portal" not in path.parts
        for action in _ACTION.findall(path.read_text(encoding="utf-8"))
    }
    expected = {
        method.full_name: _BY_ANOTHER_NAME.get(method.full_name, _action_of(method))
        for method in _changes()
        if method.full_name not in _NOT_A_CHANGE
    }

    assert {rpc: action for rpc, action in expected.items() if action not in noted} == {}


def test_every_action_has_words() -> None:
    """On the activity page."""
    actions = {
        _BY_ANOTHER_NAME.get(method.full_name, _action_of(method))
        for method in _changes()
        if method.full_name not in _NOT_A_CHANGE
    }

    assert actions - set(ACTIONS) == set()


def test_what_is_said_here_is_of_rpcs_that_there_are() -> None:
    """An exception outlives nothing that it is for."""
    assert {*_BY_ANOTHER_NAME, *_NOT_A_CHANGE} - {
        method.full_name for method in _changes()
    } == set()
