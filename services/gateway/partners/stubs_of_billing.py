"""Stubs of billing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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


class BillingServices:
    """The stubs, by what the gateway calls them."""

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


# The generated stubs are typed for synchronous channels, the Async ones exist for mypy alone.
STUBS: dict[str, Callable[[Any], Any]] = {
    "statements": statement_service_pb2_grpc.StatementServiceStub,
    "invoices": invoice_service_pb2_grpc.InvoiceServiceStub,
    "drafts": draft_invoice_service_pb2_grpc.DraftInvoiceServiceStub,
    "explanations": invoice_explanation_service_pb2_grpc.InvoiceExplanationServiceStub,
    "margins": margin_service_pb2_grpc.MarginServiceStub,
    "price_books": price_book_service_pb2_grpc.PriceBookServiceStub,
    "price_notices": price_notice_service_pb2_grpc.PriceNoticeServiceStub,
    "accounts": account_service_pb2_grpc.AccountServiceStub,
    "credit_notes": credit_note_service_pb2_grpc.CreditNoteServiceStub,
    "invoice_runs": invoice_run_service_pb2_grpc.InvoiceRunServiceStub,
    "payments": payment_service_pb2_grpc.PaymentServiceStub,
    "profits": profit_and_loss_service_pb2_grpc.ProfitAndLossServiceStub,
    "wallets": wallet_service_pb2_grpc.WalletServiceStub,
    "overhead_books": overhead_book_service_pb2_grpc.OverheadBookServiceStub,
    "plans": plan_service_pb2_grpc.PlanServiceStub,
    "cost_books": cost_book_service_pb2_grpc.CostBookServiceStub,
    "rate_sheets": rate_sheet_service_pb2_grpc.RateSheetServiceStub,
}
