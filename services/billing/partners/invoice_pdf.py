"""Renders an invoice as a PDF file with the seller's brand; typst does the typesetting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.invoice import Bill, Invoice
from services.billing.domain.month import Month
from services.billing.partners.directory import Entry
from services.billing.partners.letters import (
    SYMBOLS,
    Letter,
    aligned,
    date_text,
    letterhead,
    money_text,
    typeset,
)
from services.kit.money import decimal_text


def render_invoice(invoice: Invoice, seller: Entry) -> bytes:
    """Gives the PDF file; the same invoice and seller give the same bytes.

    Takes some ten milliseconds of a processor: call it in a thread.
    """
    texts = _texts(invoice, seller)
    return typeset(Letter("invoice.typ", "invoice.json", texts, invoice.issue_time), seller)


def _texts(invoice: Invoice, seller: Entry) -> dict[str, Any]:
    zone = ZoneInfo(invoice.time_zone)
    bill = invoice.bill
    return {
        **letterhead(f"Invoice {invoice.number}", invoice.parties, seller),
        "number": invoice.number,
        "issue_date": date_text(invoice.issue_time.astimezone(zone)),
        "period": _period(invoice.month),
        "time_zone": f"{invoice.time_zone.replace('_', ' ')} time",
        "lines": _lines([line for line in bill.lines if line.kind is not LineKind.TAX]),
        "sums": _sums(bill),
        "unit_em": max(len(line.unit) for line in bill.lines) * 0.5,
        "currency_code": bill.total.currency_code,
        "total": money_text(bill.total),
        "note": f"Includes all usage recorded by {date_text(bill.as_of_time.astimezone(zone))}.",
    }


def _sums(bill: Bill) -> list[dict[str, str]]:
    """Gives what stands between the lines and the total: nothing unless there are taxes."""
    taxes = [line for line in bill.lines if line.kind is LineKind.TAX]
    if not taxes:
        return []
    return [
        {"label": "Subtotal", "amount": money_text(bill.subtotal)},
        *({"label": line.description, "amount": money_text(line.amount)} for line in taxes),
    ]


def _lines(lines: Sequence[ChargeLine]) -> list[dict[str, Any]]:
    quantities = aligned([f"{Decimal(decimal_text(line.quantity)):,f}" for line in lines])
    unit_prices = aligned([_unit_price(line) for line in lines])
    amounts = aligned([money_text(line.amount) for line in lines])
    return [
        {
            "description": line.description,
            "unit": line.unit if line.quantity == 1 else f"{line.unit}s",
            "quantity": quantity,
            "unit_price": unit_price,
            "amount": amount,
        }
        for line, quantity, unit_price, amount in zip(
            lines, quantities, unit_prices, amounts, strict=True
        )
    ]


def _unit_price(line: ChargeLine) -> str:
    sign = "-" if line.unit_price < 0 else ""
    text = f"{Decimal(decimal_text(abs(line.unit_price))):,f}"
    decimals = -int(line.amount.amount.as_tuple().exponent)
    lacking = decimals - len(text.partition(".")[2])
    if lacking > 0:
        text += ("" if "." in text else ".") + "0" * lacking
    return sign + SYMBOLS.get(line.amount.currency_code, "") + text


def _period(month: Month) -> str:
    last = month.end_date - timedelta(days=1)
    first = month.first_date
    if first.day == 1:
        return f"{first:%B} 1 \N{EN DASH} {last.day}, {first.year}"
    return f"{first:%B} {first.day}, {first.year} \N{EN DASH} {last:%B} {last.day}, {last.year}"
