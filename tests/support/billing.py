"""A running billing as tests talk to it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import grpc
import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money

from services.billing.usecases import Desk
from services.billing.worker.account_letters import AccountLetters
from services.billing.worker.price_notice_mails import PriceNoticeMails
from services.kit.audit import AuditTeller
from services.kit.clock import MovableClock
from services.kit.rpc.errors import RpcProblem, from_rpc_error
from simulators.stripe.server import StripeSimulator
from tests.support.builders.billing import COSTS, PRICES, an_id
from tests.support.costs import Costs
from tests.support.mesh import mesh
from tests.support.simulators.audit_intake import AuditIntakeSimulator
from tests.support.simulators.directory import OPERATOR, DirectorySimulator
from tests.support.simulators.notices import NoticesSimulator
from tests.support.simulators.usage import UsageSimulator
from veneer.billing.v1 import (
    account_service_pb2_grpc,
    chain_service_pb2_grpc,
    client_event_service_pb2_grpc,
    cost_book_service_pb2,
    cost_book_service_pb2_grpc,
    coupon_service_pb2_grpc,
    credit_note_service_pb2_grpc,
    discount_service_pb2_grpc,
    draft_invoice_service_pb2,
    draft_invoice_service_pb2_grpc,
    dunning_service_pb2_grpc,
    invoice_explanation_service_pb2_grpc,
    invoice_run_service_pb2_grpc,
    invoice_service_pb2_grpc,
    ledger_service_pb2_grpc,
    margin_service_pb2_grpc,
    payment_event_service_pb2_grpc,
    payment_service_pb2_grpc,
    plan_service_pb2_grpc,
    price_book_service_pb2,
    price_book_service_pb2_grpc,
    price_notice_service_pb2_grpc,
    price_pb2,
    reseller_service_pb2_grpc,
    statement_service_pb2,
    statement_service_pb2_grpc,
    tax_service_pb2_grpc,
    wallet_service_pb2_grpc,
    wallet_terms_service_pb2_grpc,
)
from veneer.billing.v1 import price_notice_record_service_pb2_grpc as record_rpc

Metadata = tuple[tuple[str, str], ...]

CLIENT_PERMISSIONS = (
    "clients.read",
    "clients.write",
    "priceNotices.read",
    "priceNotices.write",
    "invoices.read",
    "account.read",
    "account.write",
    "payments.read",
    "payments.write",
)
OPERATOR_PERMISSIONS = (
    *CLIENT_PERMISSIONS,
    "invoices.write",
    "discounts.read",
    "discounts.write",
    "taxes.read",
    "taxes.write",
    "prices.read",
    "prices.write",
    "costs.read",
    "costs.write",
    "margins.read",
    "dunning.read",
    "dunning.write",
    "walletTerms.read",
    "walletTerms.write",
    "ledger.read",
    "manualPayments.write",
    "refunds.write",
)
PER_PERIOD = price_pb2.DurationTariff(
    rounding=price_pb2.DurationTariff.PER_PERIOD,
    first_increment_seconds=60,
    next_increment_seconds=60,
)
PER_CALL = price_pb2.DurationTariff(
    rounding=price_pb2.DurationTariff.PER_CALL,
    first_increment_seconds=6,
    next_increment_seconds=6,
)
JANUARY = date(2025, 1, 1)

_ITEMS = {
    "platform": price_pb2.PLATFORM_LICENSE,
    "minute": price_pb2.MINUTES,
    "did": price_pb2.DIDS,
    "gigabyte": price_pb2.DATA_GIGABYTES,
    "hour": price_pb2.SUPPORT_HOURS,
    "setup": price_pb2.SETUP_FEE,
}


class Billing:
    """Stubs of a running billing, its peers, and what most tests begin with."""

    # What goes out by mail; set by the fixture.
    notices: NoticesSimulator
    audit: AuditIntakeSimulator
    teller: AuditTeller
    mails: PriceNoticeMails
    letters: AccountLetters
    # What the operator alone may ask for.
    costs: Costs
    # Set where cards are charged.
    cards: StripeSimulator
    desk: Desk
    # On which ports usage and tenancy are simulated.
    peers: Mapping[str, int]
    # As telephony asks.
    gates: Any
    # As tenancy asks.
    finals: Any
    schedules: Any
    # As the gateway asks for itself.
    client_events: Any

    def __init__(
        self,
        clock: MovableClock,
        usage: UsageSimulator,
        directory: DirectorySimulator,
        channel: grpc.aio.Channel,
    ) -> None:
        self.clock, self.usage, self.directory = clock, usage, directory
        self.database_url: str
        self.statements: Any = statement_service_pb2_grpc.StatementServiceStub(channel)
        self.invoices: Any = invoice_service_pb2_grpc.InvoiceServiceStub(channel)
        self.drafts: Any = draft_invoice_service_pb2_grpc.DraftInvoiceServiceStub(channel)
        self.explanations: Any = invoice_explanation_service_pb2_grpc.InvoiceExplanationServiceStub(
            channel
        )
        self.runs: Any = invoice_run_service_pb2_grpc.InvoiceRunServiceStub(channel)
        self.plans: Any = plan_service_pb2_grpc.PlanServiceStub(channel)
        self.price_books: Any = price_book_service_pb2_grpc.PriceBookServiceStub(channel)
        self.cost_books: Any = cost_book_service_pb2_grpc.CostBookServiceStub(channel)
        self.margins: Any = margin_service_pb2_grpc.MarginServiceStub(channel)
        self.client_events = client_event_service_pb2_grpc.ClientEventServiceStub(channel)
        self.ledger: Any = ledger_service_pb2_grpc.LedgerServiceStub(channel)
        self.accounts: Any = account_service_pb2_grpc.AccountServiceStub(channel)
        self.credit_notes: Any = credit_note_service_pb2_grpc.CreditNoteServiceStub(channel)
        self.payments: Any = payment_service_pb2_grpc.PaymentServiceStub(channel)
        self.wallets: Any = wallet_service_pb2_grpc.WalletServiceStub(channel)
        self.wallet_terms: Any = wallet_terms_service_pb2_grpc.WalletTermsServiceStub(channel)
        self.dunning: Any = dunning_service_pb2_grpc.DunningServiceStub(channel)
        self.events: Any = payment_event_service_pb2_grpc.PaymentEventServiceStub(channel)

        self.discounts: Any = discount_service_pb2_grpc.DiscountServiceStub(channel)
        self.coupons: Any = coupon_service_pb2_grpc.CouponServiceStub(channel)
        self.taxes: Any = tax_service_pb2_grpc.TaxServiceStub(channel)
        self.chains: Any = chain_service_pb2_grpc.ChainServiceStub(channel)
        self.resellers: Any = reseller_service_pb2_grpc.ResellerServiceStub(channel)
        self.price_notices: Any = price_notice_service_pb2_grpc.PriceNoticeServiceStub(channel)
        self.price_notice_records: Any = record_rpc.PriceNoticeRecordServiceStub(channel)

    @property
    def operator(self) -> Metadata:
        """In the name of one of the operator's people."""
        return mesh().operator(self.clock, OPERATOR, OPERATOR_PERMISSIONS)

    def client(self, tenant_id: str) -> Metadata:
        """In the name of one of a client's people."""
        return mesh().client(self.clock, tenant_id, CLIENT_PERMISSIONS)

    async def a_client(self, prices: Mapping[str, str] | None = PRICES, **described: Any) -> str:
        """Signs a client with prices from January on, and gives its id."""
        tenant_id = self.directory.add(an_id(), **described)
        if prices is not None:
            await self.set_prices(tenant_id, prices)
        return tenant_id

    async def set_prices(
        self,
        tenant_id: str,
        prices: Mapping[str, str] = PRICES,
        since: date = JANUARY,
        tariff: price_pb2.DurationTariff = PER_PERIOD,
        request_id: str = "",
    ) -> price_book_service_pb2.PriceBook:
        """Adds a price book."""
        request = price_book_service_pb2.CreatePriceBookRequest(
            parent=f"tenants/{tenant_id}",
            price_book=a_price_book(prices, since, tariff),
            request_id=request_id,
            notice_waived_reason="Agreed with the client.",
        )
        created: price_book_service_pb2.PriceBook = await self.price_books.CreatePriceBook(
            request, metadata=self.operator
        )
        return created

    async def set_costs(
        self, costs: Mapping[str, str] = COSTS, since: date = JANUARY, request_id: str = ""
    ) -> cost_book_service_pb2.CostBook:
        """Adds a cost book."""
        request = cost_book_service_pb2.CreateCostBookRequest(
            cost_book=a_cost_book(costs, since), request_id=request_id
        )
        created: cost_book_service_pb2.CostBook = await self.cost_books.CreateCostBook(
            request, metadata=self.operator
        )
        return created

    async def statement(self, tenant_id: str, month: str) -> statement_service_pb2.Statement:
        """Gets a statement in the client's own name."""
        request = statement_service_pb2.GetStatementRequest(
            name=f"tenants/{tenant_id}/statements/{month}"
        )
        found: statement_service_pb2.Statement = await self.statements.GetStatement(
            request, metadata=self.client(tenant_id)
        )
        return found

    async def draft(self, tenant_id: str, month: str, request_id: str = "") -> Any:
        """Makes a draft."""
        request = draft_invoice_service_pb2.CreateDraftInvoiceRequest(
            parent=f"tenants/{tenant_id}", draft_invoice_id=month, request_id=request_id
        )
        return await self.drafts.CreateDraftInvoice(request, metadata=self.operator)

    async def release(
        self, tenant_id: str, month: str, request_id: str = "", note: str = "Agreed by phone."
    ) -> Any:
        """Releases a parked draft."""
        request = draft_invoice_service_pb2.ReleaseDraftInvoiceRequest(
            name=f"tenants/{tenant_id}/draftInvoices/{month}", request_id=request_id, note=note
        )
        return await self.drafts.ReleaseDraftInvoice(request, metadata=self.operator)

    async def issue(self, tenant_id: str, month: str, request_id: str = "") -> Any:
        """Sends a draft."""
        request = draft_invoice_service_pb2.IssueDraftInvoiceRequest(
            name=f"tenants/{tenant_id}/draftInvoices/{month}", request_id=request_id
        )
        return await self.drafts.IssueDraftInvoice(request, metadata=self.operator)


async def refused(call: Awaitable[Any]) -> RpcProblem:
    """Gives the refusal that a call ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return from_rpc_error(raised.value)


def a_price_book(
    prices: Mapping[str, str] = PRICES,
    since: date = JANUARY,
    tariff: price_pb2.DurationTariff = PER_PERIOD,
) -> price_book_service_pb2.PriceBook:
    """A price book as a request has it."""
    return price_book_service_pb2.PriceBook(
        effective_date=a_date(since),
        currency_code="USD",
        prices=[
            price_book_service_pb2.PriceBook.Price(
                item=_ITEMS[name],
                unit_price=WireDecimal(value=price),
                duration_tariff=tariff if name == "minute" else None,
            )
            for name, price in prices.items()
        ],
    )


def a_cost_book(
    costs: Mapping[str, str] = COSTS, since: date = JANUARY
) -> cost_book_service_pb2.CostBook:
    """A cost book as a request has it."""
    return cost_book_service_pb2.CostBook(
        effective_date=a_date(since),
        currency_code="USD",
        costs=[
            cost_book_service_pb2.CostBook.Cost(
                item=_ITEMS[name],
                unit_cost=WireDecimal(value=cost),
                duration_tariff=PER_PERIOD if name == "minute" else None,
            )
            for name, cost in costs.items()
        ],
    )


def a_date(day: date) -> Date:
    """A civil date as the wire has it."""
    return Date(year=day.year, month=day.month, day=day.day)


def a_request_id() -> str:
    """An id that no other request has."""
    return str(uuid.uuid4())


def text_of(money: Money) -> str:
    """Writes an amount with two decimals and its currency."""
    return f"{Decimal(money.units) + Decimal(money.nanos).scaleb(-9):.2f} {money.currency_code}"


def figures(lines: Any) -> list[tuple[str, str, str, str]]:
    """Gives description, quantity, unit price and amount of each line."""
    return [
        (line.description, line.quantity.value, line.unit_price.value, text_of(line.amount))
        for line in lines
    ]
