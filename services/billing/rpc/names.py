"""The resource names of billing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.billing.domain.month import Month
from services.kit.aip.resource_name import Pattern, ResourceName
from services.kit.errors import InvalidRequest, NotFound


@dataclass(frozen=True, slots=True)
class StatementName(ResourceName):
    """`tenants/{tenant}/statements/{statement}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/statements/{statement}")

    tenant: str
    statement: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class InvoiceName(ResourceName):
    """`tenants/{tenant}/invoices/{invoice}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/invoices/{invoice}")

    tenant: str
    invoice: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class DraftInvoiceName(ResourceName):
    """`tenants/{tenant}/draftInvoices/{draft_invoice}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/draftInvoices/{draft_invoice}")

    tenant: str
    draft_invoice: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class InvoiceRunName(ResourceName):
    """`invoiceRuns/{invoice_run}`."""

    pattern: ClassVar[Pattern] = Pattern("invoiceRuns/{invoice_run}")

    invoice_run: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class MarginName(ResourceName):
    """`tenants/{tenant}/margins/{margin}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/margins/{margin}")

    tenant: str
    margin: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class PlanVersionName(ResourceName):
    """`planVersions/{plan_version}`."""

    pattern: ClassVar[Pattern] = Pattern("planVersions/{plan_version}")

    plan_version: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class CreditNoteName(ResourceName):
    """`tenants/{tenant}/creditNotes/{credit_note}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/creditNotes/{credit_note}")

    tenant: str
    credit_note: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class PaymentName(ResourceName):
    """`tenants/{tenant}/payments/{payment}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/payments/{payment}")

    tenant: str
    payment: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class AccountName(ResourceName):
    """`tenants/{tenant}/account`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/account")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class CardName(ResourceName):
    """`tenants/{tenant}/card`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/card")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class CollectionName(ResourceName):
    """`tenants/{tenant}/collection`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/collection")

    tenant: str

    __str__ = ResourceName.__str__


def existing_month(month_id: str, name: str) -> Month:
    """Gives the month that an id names; under any other id there is nothing."""
    try:
        return Month.parse(month_id, "name")
    except InvalidRequest as refusal:
        raise NotFound(resource=name) from refusal


@dataclass(frozen=True, slots=True)
class WalletName(ResourceName):
    """`tenants/{tenant}/wallet`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/wallet")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class WalletTermsName(ResourceName):
    """`tenants/{tenant}/walletTerms`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/walletTerms")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class DunningPolicyName(ResourceName):
    """`tenants/{tenant}/dunningPolicy`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/dunningPolicy")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class DunningCaseName(ResourceName):
    """`tenants/{tenant}/dunningCase`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/dunningCase")

    tenant: str

    __str__ = ResourceName.__str__
