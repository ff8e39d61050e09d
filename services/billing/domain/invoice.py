"""Statements, drafts and invoices: what a month came to, before and after it is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.billing.domain.charges import ChargeLine, LineKind, total_of
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.parking import Parked, ParkReason
from services.kit.errors import Kind, Refusal
from services.kit.money import Money


class ServiceEnded(Refusal):
    """A month is to be billed that the tenant was not served in any more."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SERVICE_ENDED"


class PeriodOpen(Refusal):
    """The month is not over where the tenant is."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PERIOD_OPEN"


class DraftParked(Refusal):
    """The draft waits for somebody to look at it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DRAFT_PARKED"


class DraftUnrated(Refusal):
    """Something in the draft has no price, which nobody can release it from."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DRAFT_UNRATED"


class DraftOutdated(Refusal):
    """Since the draft was made another invoice was sent that may bill the same."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DRAFT_OUTDATED"


class DraftState(StrEnum):
    """Where a draft stands."""

    READY = "READY"
    PARKED = "PARKED"
    RELEASED = "RELEASED"


@dataclass(frozen=True, slots=True)
class Bill:
    """What one month came to; the lines always add up to the total."""

    lines: tuple[ChargeLine, ...]
    total: Money
    as_of_time: datetime

    def __post_init__(self) -> None:
        # Asserted when computed and again when read back.
        assert total_of(self.lines) == self.total, "the lines do not add up to the total"

    @classmethod
    def of(cls, lines: tuple[ChargeLine, ...], as_of_time: datetime) -> Bill:
        """Adds the lines up."""
        return cls(lines, total_of(lines), as_of_time)

    @property
    def tax(self) -> Money:
        """What of the total is taxes."""
        taxes = (line.amount for line in self.lines if line.kind is LineKind.TAX)
        return sum(taxes, Money.zero(self.total.currency_code))

    @property
    def subtotal(self) -> Money:
        """The total before taxes."""
        return self.total - self.tax


@dataclass(frozen=True, slots=True)
class Statement:
    """What a month has come to so far, or for good if it has been invoiced."""

    tenant_id: str
    month: Month
    time_zone: str
    bill: Bill
    is_final: bool


@dataclass(frozen=True, slots=True)
class DraftInvoice:
    """An invoice that has not been sent; it can be made anew.

    `covered_months` are the earlier months that were computed again for it, or had not changed;
    `invoice_count` is how many invoices the tenant had then. With `parked` reasons it waits
    until it `is_released`.
    """

    tenant_id: str
    month: Month
    time_zone: str
    bill: Bill
    covered_months: tuple[Month, ...] = ()
    invoice_count: int = 0
    parked: tuple[Parked, ...] = ()
    is_released: bool = False

    @property
    def state(self) -> DraftState:
        """Where it stands."""
        if not self.parked:
            return DraftState.READY
        return DraftState.RELEASED if self.is_released else DraftState.PARKED

    @property
    def is_of_its_time(self) -> bool:
        """Whether what it bills depends on which invoices there were when it was made."""
        return any(
            line.kind is LineKind.ADJUSTMENT or line.item is Item.SETUP_FEE
            for line in self.bill.lines
        )


@dataclass(frozen=True, slots=True)
class Parties:
    """Who sells and who buys, by the names they had when the invoice was sent."""

    seller_id: str
    seller_display_name: str
    buyer_display_name: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice that has been sent; it never changes."""

    tenant_id: str
    month: Month
    time_zone: str
    number: str
    parties: Parties
    bill: Bill
    issue_time: datetime
    covered_months: tuple[Month, ...] = ()


def check_is_over(month: Month, tenant_id: str, time_zone: str, now: datetime) -> None:
    """Refuses with PERIOD_OPEN as long as the month lasts in the tenant's zone."""
    if not month.is_over(now, time_zone):
        raise PeriodOpen(
            "The month is not over yet.",
            tenant=f"tenants/{tenant_id}",
            month=month,
            end_time=month.end_time(time_zone).isoformat(),
        )


def check_can_be_issued(draft: DraftInvoice, invoice_count: int) -> None:
    """Refuses with DRAFT_PARKED and DRAFT_OUTDATED; the count is of the tenant's invoices now."""
    name = f"tenants/{draft.tenant_id}/draftInvoices/{draft.month}"
    if draft.state is DraftState.PARKED:
        reasons = ", ".join(parked.reason for parked in draft.parked)
        raise DraftParked("The draft is parked.", draft_invoice=name, reasons=reasons)
    if draft.is_of_its_time and draft.invoice_count != invoice_count:
        raise DraftOutdated("The draft has to be made anew.", draft_invoice=name)


def release(draft: DraftInvoice) -> DraftInvoice:
    """Lets a parked draft be sent all the same; refuses with DRAFT_UNRATED."""
    if any(parked.reason is ParkReason.PRICE_MISSING for parked in draft.parked):
        raise DraftUnrated(
            "What has no price can't be billed.",
            draft_invoice=f"tenants/{draft.tenant_id}/draftInvoices/{draft.month}",
        )
    return replace(draft, is_released=True)


def issue(draft: DraftInvoice, number: str, parties: Parties, at: datetime) -> Invoice:
    """Freezes a draft under its number."""
    return Invoice(
        tenant_id=draft.tenant_id,
        month=draft.month,
        time_zone=draft.time_zone,
        number=number,
        parties=parties,
        bill=draft.bill,
        issue_time=at,
        covered_months=draft.covered_months,
    )


def number_text(year: int, position: int) -> str:
    """Writes the number of a seller's n-th invoice of a year, for example `2025-000017`."""
    return f"{year:04}-{position:06}"
