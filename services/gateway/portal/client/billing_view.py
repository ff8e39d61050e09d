"""What the page of billing shows, as far as its visitor may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import grpc

from services.gateway.portal.client.dashboard import month_statement
from services.gateway.portal.standings import (
    InvoiceText,
    PaymentText,
    being_paid,
    invoice_text,
    payment_text,
)
from services.gateway.portal.visit import Visit
from veneer.billing.v1 import account_gate_service_pb2 as gates_pb
from veneer.billing.v1 import account_service_pb2 as accounts_pb
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb
from veneer.billing.v1 import payment_service_pb2 as payments_pb
from veneer.billing.v1 import wallet_service_pb2 as wallets_pb

if TYPE_CHECKING:
    from veneer.billing.v1.statement_service_pb2 import Statement

_INVOICES_SHOWN = 12
_PAYMENTS_SHOWN = 12
_GATES: dict[int, str] = {
    gates_pb.NO_NEW_CAMPAIGNS: "No campaign can be made or begun. Those that run go on.",
    gates_pb.OUTBOUND_BLOCKED: "No calls are dialed. Inbound calls still come in.",
    gates_pb.SUSPENDED: "The service is suspended: no calls go out or come in.",
}
_REASONS = {
    "FUNDS_EXHAUSTED": "Nothing is left to spend. Top up, or pay what is open.",
    "DAILY_CAP_REACHED": "The most that may be spent on a day is spent. It goes on tomorrow.",
    "MONTHLY_CAP_REACHED": "The most that may be spent in a month is spent. Please contact us.",
    "CHARGE_UNKNOWN": "Part of what was used has no price yet. We are looking into it.",
    "PAYMENT_OVERDUE": "An invoice is overdue. Pay what is open below, and everything goes again.",
    "SERVICE_ON_HOLD": "The service is on hold. Please contact us.",
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BillingView:
    """Everything that a client is to know of its money; None or empty is not there or not shown."""

    statement: Statement | None = None
    balances: list[accounts_pb.Account.Balance] = field(default_factory=list)
    wallet: wallets_pb.Wallet | None = None
    card: payments_pb.Card | None = None
    is_automatic: bool = False
    invoices: list[InvoiceText] = field(default_factory=list)
    payments: list[PaymentText] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Tells whether not everything is let through."""
        return self.wallet is not None and self.wallet.gate_state in _GATES

    @property
    def is_prepaid(self) -> bool:
        """Tells whether the wallet is filled before it is used."""
        return self.wallet is not None and self.wallet.mode == wallets_pb.Wallet.PREPAID

    @property
    def gate_text(self) -> str:
        """Says what is not let through; empty if everything is."""
        return _GATES.get(self.wallet.gate_state, "") if self.wallet else ""

    @property
    def gate_reason_text(self) -> str:
        """Says why, and what can be done."""
        return _REASONS.get(self.wallet.gate_reason, "") if self.wallet else ""


async def billing_view(visit: Visit, month: str) -> BillingView:
    """Asks for what the visitor may see, all at once."""
    may, tenant = visit.caller.may, visit.site.tenant
    statement, invoices, account, wallet, paid = await asyncio.gather(
        _if(may("invoices.read"), partial(month_statement, visit, month)),
        _if(may("invoices.read"), partial(_invoices, visit, tenant)),
        _if(may("account.read"), partial(_account, visit, tenant)),
        _if(may("account.read"), partial(wallet_of, visit)),
        _if(may("payments.read"), partial(_paid, visit, tenant)),
    )
    card, is_automatic, payments = paid or (None, False, [])
    under_way = being_paid(payments)
    return BillingView(
        statement=statement,
        balances=list(account.balances) if account else [],
        wallet=wallet,
        card=card,
        is_automatic=is_automatic,
        invoices=[invoice_text(each, under_way) for each in invoices or []],
        payments=[payment_text(each) for each in payments],
    )


async def wallet_of(visit: Visit) -> wallets_pb.Wallet | None:
    """Gives the wallet; None if none was agreed."""
    request = wallets_pb.GetWalletRequest(name=f"{visit.site.tenant}/wallet")
    return await _or_none(visit.services.wallets.GetWallet(request, metadata=visit.metadata))


async def _if(may: bool, ask: Callable[[], Awaitable[T]]) -> T | None:
    """Asks only for who may be answered."""
    return await ask() if may else None


async def _or_none(question: Awaitable[T]) -> T | None:
    try:
        return await question
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise


async def _account(visit: Visit, tenant: str) -> accounts_pb.Account:
    request = accounts_pb.GetAccountRequest(name=f"{tenant}/account")
    return await visit.services.accounts.GetAccount(request, metadata=visit.metadata)


async def _invoices(visit: Visit, tenant: str) -> list[invoices_pb.Invoice]:
    request = invoices_pb.ListInvoicesRequest(parent=tenant, page_size=_INVOICES_SHOWN)
    answer = await visit.services.invoices.ListInvoices(request, metadata=visit.metadata)
    return list(answer.invoices)


async def _paid(
    visit: Visit, tenant: str
) -> tuple[payments_pb.Card | None, bool, list[payments_pb.Payment]]:
    stub, metadata = visit.services.payments, visit.metadata
    card, collection, listed = await asyncio.gather(
        _or_none(
            stub.GetCard(payments_pb.GetCardRequest(name=f"{tenant}/card"), metadata=metadata)
        ),
        stub.GetCollection(
            payments_pb.GetCollectionRequest(name=f"{tenant}/collection"), metadata=metadata
        ),
        stub.ListPayments(
            payments_pb.ListPaymentsRequest(parent=tenant, page_size=_PAYMENTS_SHOWN),
            metadata=metadata,
        ),
    )
    return card, collection.automatic, list(listed.payments)
