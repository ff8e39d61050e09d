"""A client whose whole life is told in date order, with its books kept beside those of billing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from google.type.money_pb2 import Money

from services.billing.usecases.dun import dun_everybody
from tests.support.billing import Billing, a_price_book
from tests.support.card_payers import CardPayer, tell_all, work
from tests.support.owed import Prices, Used
from veneer.billing.v1 import account_gate_service_pb2 as gates
from veneer.billing.v1 import draft_invoice_service_pb2 as drafts
from veneer.billing.v1 import invoice_service_pb2 as invoices
from veneer.billing.v1 import payment_service_pb2 as payments
from veneer.billing.v1 import price_book_service_pb2 as books


def decimal_of(money: Money) -> Decimal:
    """Reads an amount."""
    return Decimal(money.units) + Decimal(money.nanos).scaleb(-9)


class YearsClient(CardPayer):
    """What it did, what it was billed, what it paid; `settle_up` holds all that together."""

    def __init__(self, billing: Billing, tenant_id: str) -> None:
        super().__init__(billing, tenant_id)
        self.used, self.prices = Used(), list[Prices]()
        self.invoices: dict[str, invoices.Invoice] = {}
        self.credited = self.paid = Decimal(0)

    def on(self, day: str) -> None:
        """Goes on to noon of a day; never back."""
        noon = datetime.fromisoformat(f"{day}T17:00").replace(tzinfo=UTC)
        assert noon > self.billing.clock.now()
        self.billing.clock.set(noon)

    async def agree(
        self, prices: Prices, plan: str = "", reason: str = "", **more: str
    ) -> books.PriceBook:
        """Has a price book made, by a plan if one is named; kept only if it is not refused."""
        wanted = {"hour": prices.hour, **more}
        if not plan:
            wanted |= {
                "platform": prices.platform,
                "minute": prices.minute,
                "did": prices.number,
            }
        book = a_price_book(wanted, prices.since)
        book.plan_version = f"planVersions/{plan}" if plan else ""
        if prices.by_days:
            book.proration = books.PriceBook.BY_DAYS
        request = books.CreatePriceBookRequest(
            parent=self.name, price_book=book, notice_waived_reason=reason
        )
        made: books.PriceBook = await self.billing.price_books.CreatePriceBook(
            request, metadata=self.billing.operator
        )
        self.prices.append(prices)
        return made

    def call(self, day: str, seconds: int, count: int) -> None:
        """Talks; a count below zero takes calls back."""
        called = date.fromisoformat(day)
        self.used.calls.append((called, seconds, count))
        self.billing.usage.store_calls(self.tenant_id, called, seconds, count)

    def hold_numbers(self, month: str, count: int) -> None:
        """Holds so many numbers on the first of a month."""
        first = date.fromisoformat(f"{month}-01")
        self.used.numbers[first] = count
        self.billing.usage.store_dids(self.tenant_id, first, count)

    def be_helped(self, day: str, hours: str) -> None:
        """Has the operator's people help."""
        helped = date.fromisoformat(day)
        self.used.hours.append((helped, hours))
        self.billing.usage.store_support(self.tenant_id, helped, hours)

    async def close(self, month: str) -> invoices.Invoice:
        """On the second of the month after it, a month is drafted and sent."""
        end = date.fromisoformat(f"{month}-01") + timedelta(days=32)
        self.on(f"{end.replace(day=2)}")
        draft = await self.billing.draft(self.tenant_id, month)
        assert draft.state == drafts.DraftInvoice.READY, draft.park_reasons
        sent: invoices.Invoice = await self.billing.issue(self.tenant_id, month)
        self.invoices[month] = sent
        await self.settle_up()
        return sent

    async def transfer(self, month: str) -> None:
        """Pays what is left of an invoice by bank."""
        due = decimal_of((await self.invoice(month)).amount_due)
        await self.record(f"{due}", month)
        self.paid += due
        assert await self.state(month) == ("PAID", "0.00 USD")
        await self.settle_up()

    async def charge(self, month: str) -> payments.Payment:
        """Pays what is left of an invoice by card."""
        begun = await self.pay(month)
        await self.work_off()
        self.paid += decimal_of(begun.amount)
        assert await self.state(month) == ("PAID", "0.00 USD")
        await self.settle_up()
        return begun

    async def dispute(self, payment: payments.Payment, outcome: str) -> None:
        """Has its bank take a payment back, which is decided a fortnight later."""
        cards = self.billing.cards.state
        number = payment.name.rpartition("/")[2]
        (intent,) = cards.charged(tenant=self.tenant_id, payment=number)
        dispute = cards.dispute(intent["id"])
        await tell_all(self.billing)
        assert (await self.payment(payment.name)).state == payments.Payment.DISPUTED
        await self.settle_up()
        self.billing.clock.advance(days=14)
        cards.close_dispute(dispute["id"], outcome)
        await tell_all(self.billing)
        if outcome == "lost":
            self.paid -= decimal_of(payment.amount)
        await self.settle_up()

    async def work_off(self) -> None:
        """Lets the workers and the processor do what they have to."""
        await work(self.billing)
        await tell_all(self.billing)

    async def gate(self) -> str:
        """Has billing look at who is overdue, and asks as telephony does what is let through."""
        await dun_everybody(self.billing.desk)
        asked = gates.CheckAccountsRequest.Account(tenant=self.name)
        answer = await self.billing.gates.CheckAccounts(
            gates.CheckAccountsRequest(accounts=[asked])
        )
        return gates.GateState.Name(answer.gates[0].state)

    async def settle_up(self) -> None:
        """The ledger balances, and the account is what was billed less all that was paid."""
        ledger = await self.trial_balance()
        due, credit = (Decimal(each.removesuffix(" USD")) for each in await self.balance())
        billed = sum((decimal_of(each.total) for each in self.invoices.values()), Decimal(0))
        assert due - credit == billed - self.credited - self.paid
        assert ledger.get("receivable", "0.00 USD") == f"{due - credit} USD"

    def billed_for(self, month: str) -> Decimal:
        """Gives all that invoices ever had for a month, late or in time."""
        return sum(
            (
                decimal_of(line.amount)
                for of, invoice in self.invoices.items()
                for line in invoice.lines
                if (line.original_month or of) == month
            ),
            Decimal(0),
        )


def what_changed(invoice: Any) -> list[tuple[str, str]]:
    """Gives the earlier months that an invoice has lines for, and their amounts."""
    return [
        (line.description, f"{decimal_of(line.amount):.2f}")
        for line in invoice.lines
        if line.original_month
    ]
