"""billing's store: its repositories, bound to one transaction."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.store.billed import Billed
from services.billing.store.cards import Cards
from services.billing.store.client_events import ClientEvents
from services.billing.store.cost_books import CostBooks
from services.billing.store.credit_notes import CreditNotes
from services.billing.store.discounts import Coupons, Discounts
from services.billing.store.draft_invoices import DraftInvoices
from services.billing.store.dunning import Dunning
from services.billing.store.invoice_runs import InvoiceRuns
from services.billing.store.invoices import Invoices
from services.billing.store.ledger import Ledger
from services.billing.store.losses import Losses
from services.billing.store.overheads import Overheads
from services.billing.store.payments import Payments
from services.billing.store.plans import Plans
from services.billing.store.price_books import PriceBooks
from services.billing.store.price_notices import PriceNotices
from services.billing.store.reconciliations import Reconciliations
from services.billing.store.refunds import Refunds
from services.billing.store.route_carriers import RouteCarriers
from services.billing.store.taxes import Taxes
from services.billing.store.wallets import Wallets
from services.kit.audit import ChangeLog
from services.kit.db.idempotency import Requests
from services.kit.db.outbox import Outbox
from services.kit.db.scope import Scope

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class BillingStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection = connection
        self.scope = scope
        self.plans = Plans(connection)
        self.price_books = PriceBooks(connection)
        self.price_notices = PriceNotices(connection)
        self.cost_books = CostBooks(connection)
        self.route_carriers = RouteCarriers(connection)
        self.overheads = Overheads(connection)
        self.losses = Losses(connection)
        self.reconciliations = Reconciliations(connection)
        self.draft_invoices = DraftInvoices(connection)
        self.invoices = Invoices(connection)
        self.billed = Billed(connection)
        self.invoice_runs = InvoiceRuns(connection)
        self.ledger = Ledger(connection)
        self.credit_notes = CreditNotes(connection)
        self.payments = Payments(connection)
        self.cards = Cards(connection)
        self.refunds = Refunds(connection)
        self.discounts = Discounts(connection)
        self.coupons = Coupons(connection)
        self.taxes = Taxes(connection)
        self.client_events = ClientEvents(connection)
        self.requests = Requests(connection)
        self.outbox = Outbox(connection)
        self.changes = ChangeLog(self.outbox, scope)
        self.wallets = Wallets(connection)
        self.dunning = Dunning(connection)

    async def lock_account(self, tenant_id: str) -> None:
        """Waits until nobody else changes this tenant's books, drafts and invoices.

        Held to the end of the transaction; what is read afterwards stays true until then.
        """
        await self._connection.execute(_LOCK, {"name": f"account/{tenant_id}"})

    async def lock_coupon(self, coupon_id: str) -> None:
        """Waits until nobody else issues or redeems this coupon."""
        await self._connection.execute(_LOCK, {"name": f"coupon/{coupon_id}"})

    async def lock_plans(self) -> None:
        """Waits until nobody else adds to the plans."""
        await self._connection.execute(_LOCK, {"name": "plans"})

    async def lock_costs(self) -> None:
        """Waits until nobody else changes the cost books."""
        await self._connection.execute(_LOCK, {"name": "costs"})

    async def lock_reconciliation(self, reconciliation_id: str) -> None:
        """Waits until nobody else adds to a carrier's bill or reconciles it."""
        await self._connection.execute(_LOCK, {"name": f"reconciliation/{reconciliation_id}"})
