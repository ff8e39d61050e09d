"""Currencies of 0, 2 and 3 decimals, from the book to the invoice's file and the ledger."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from google.protobuf.json_format import MessageToDict
from google.type.decimal_pb2 import Decimal as WireDecimal
from pypdf import PdfReader

from services.kit.money_wire import decimal_from_wire, money_from_wire
from tests.support.billing import Billing, a_price_book
from veneer.billing.v1 import discount_service_pb2, invoice_service_pb2, ledger_service_pb2
from veneer.billing.v1 import price_book_service_pb2 as books


class Case(NamedTuple):
    """Prices of the platform and a minute; what 333 minutes, 10% off and the total come to."""

    currency: str
    platform: str
    minute: str
    minutes: str
    off: str
    total: str


CASES = [
    Case("JPY", "75000", "3.75", "1249", "-7625", "68624"),
    Case("USD", "500", "0.0255", "8.49", "-50.85", "457.64"),
    Case("KWD", "150.005", "0.0075", "2.498", "-15.250", "137.253"),
]


async def a_client(billing: Billing, currency: str, platform: str, minute: str) -> str:
    """A client of that currency with 333 minutes in October, and 10% off."""
    tenant_id = await billing.a_client(prices=None)
    book = a_price_book({"platform": platform, "minute": minute})
    book.currency_code = currency
    request = books.CreatePriceBookRequest(parent=f"tenants/{tenant_id}", price_book=book)
    await billing.price_books.CreatePriceBook(request, metadata=billing.operator)
    billing.usage.store_calls(tenant_id, date(2025, 10, 6), 60, 333)
    discount = discount_service_pb2.Discount(
        description="Welcome",
        reduction=discount_service_pb2.Reduction(percent=WireDecimal(value="10")),
        first_month="2025-10",
    )
    await billing.discounts.CreateDiscount(
        discount_service_pb2.CreateDiscountRequest(
            parent=f"tenants/{tenant_id}", discount=discount, discount_id="welcome"
        ),
        metadata=billing.operator,
    )
    return tenant_id


def amounts(bill: Any) -> list[Decimal]:
    return [money_from_wire(line.amount).amount for line in bill.lines]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.currency)
async def test_a_month_in_a_currency_is_the_same_everywhere(billing: Billing, case: Case) -> None:
    """Statement, invoice, its JSON, its file and the ledger say one amount."""
    currency, total = case.currency, Decimal(case.total)
    tenant_id = await a_client(billing, currency, case.platform, case.minute)

    statement = await billing.statement(tenant_id, "2025-10")
    await billing.draft(tenant_id, "2025-10")
    invoice = await billing.issue(tenant_id, "2025-10")

    expected = [Decimal(case.platform), Decimal(case.minutes), Decimal(case.off)]
    assert amounts(statement) == amounts(invoice) == expected
    assert money_from_wire(invoice.total).amount == total
    wire = MessageToDict(invoice)["total"]
    units, nanos = Decimal(wire["units"]), Decimal(wire.get("nanos", 0))
    assert (wire["currencyCode"], units + nanos.scaleb(-9)) == (currency, total)
    name = invoice_service_pb2.DownloadInvoiceRequest(name=invoice.name)
    file = await billing.invoices.DownloadInvoice(name, metadata=billing.client(tenant_id))
    text = PdfReader(io.BytesIO(file.data)).pages[0].extract_text()
    assert f"{total:,f}" in text
    assert currency in text
    assert await due(billing, tenant_id) == [total]


async def due(billing: Billing, tenant_id: str) -> list[Decimal]:
    """What the ledger says is due by the one invoice; the other entries are as much below zero."""
    request = ledger_service_pb2.ListLedgerTransactionsRequest(parent=f"tenants/{tenant_id}")
    answer = await billing.ledger.ListLedgerTransactions(request, metadata=billing.operator)
    (transaction,) = answer.ledger_transactions
    entries = [(entry.account, money_from_wire(entry.amount)) for entry in transaction.entries]
    assert sum(money.amount for _, money in entries) == 0
    return [money.amount for account, money in entries if account == "receivable"]


async def test_a_price_has_more_decimals_than_its_currency(billing: Billing) -> None:
    """It is kept as it was set."""
    tenant_id = await a_client(billing, "JPY", "75000", "3.75")

    request = books.ListPriceBooksRequest(parent=f"tenants/{tenant_id}")
    (book,) = (
        await billing.price_books.ListPriceBooks(request, metadata=billing.operator)
    ).price_books

    assert [str(decimal_from_wire(price.unit_price)) for price in book.prices] == ["75000", "3.75"]
