"""An invoice and its calls as plain files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from services.billing.domain import amounts
from services.billing.domain.charges import LineKind
from services.billing.domain.invoice import Invoice
from services.billing.domain.item import Item
from services.kit.money import decimal_text

CSV: Final = "text/csv"
JSON: Final = "application/json"

_EXACT_DECIMALS: Final = 12
_INVOICE_COLUMNS: Final = (
    "invoice",
    "position",
    "kind",
    "item",
    "code",
    "description",
    "start_date",
    "end_date",
    "original_month",
    "quantity",
    "unit",
    "unit_price",
    "amount",
    "currency_code",
)
CALL_COLUMNS: Final = (
    "call",
    "start_time",
    "local_date",
    "direction",
    "called_number",
    "zone",
    "billable_seconds",
    "billed_seconds",
    "exact_amount",
)

Row = Sequence[str]


def invoice_csv(invoice: Invoice) -> bytes:
    """Gives the lines, one a row."""
    rows = [
        (
            invoice.number,
            str(position),
            line.kind,
            line.item or "",
            line.code,
            line.description,
            line.span.start_date.isoformat(),
            line.span.end_date.isoformat(),
            str(line.original_month or ""),
            decimal_text(line.quantity),
            line.unit,
            decimal_text(line.unit_price),
            f"{line.amount.amount:f}",
            line.amount.currency_code,
        )
        for position, line in enumerate(invoice.bill.lines, start=1)
    ]
    return csv_rows([_INVOICE_COLUMNS, *rows])


def csv_rows(rows: Iterable[Row]) -> bytes:
    """Writes rows as RFC 4180 says."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def json_calls(rows: Iterable[Row], is_first: bool) -> bytes:
    """Writes calls as elements of a JSON array, with a comma before all but the first."""
    texts = [json.dumps(dict(zip(CALL_COLUMNS, row, strict=True))) for row in rows]
    joined = ",\n".join(texts)
    return (joined if is_first or not joined else f",\n{joined}").encode()


_DIFFERENCE: Final = (
    "difference by rounding, by prices of no single call, by later calls, and by calls of clients"
)


def sums_of(invoice: Invoice, of_calls: Fraction) -> dict[str, str]:
    """Tells how the calls' exact amounts and the invoice's minutes hang together.

    The difference is the rounding of the lines, what no single call has a price for, calls that
    came after the invoice, and calls of the client's own clients, which are theirs to see.
    """
    currency_code = invoice.bill.total.currency_code
    billed = sum(
        (
            line.amount.amount
            for line in invoice.bill.lines
            if line.item is Item.MINUTES and line.kind is LineKind.CHARGE
        ),
        Decimal(0),
    )
    return {
        "sum of calls": exact_text(of_calls),
        "minutes on the invoice": f"{billed:f}",
        _DIFFERENCE: exact_text(Fraction(billed) - of_calls),
        "currency": currency_code,
    }


def exact_text(number: Fraction) -> str:
    """Writes an exact amount to 12 decimals."""
    return decimal_text(amounts.shown_decimal(number, _EXACT_DECIMALS))
