"""Writes all calls of an invoice with the price of each, piece by piece."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from fractions import Fraction
from typing import Final

from services.billing.domain.invoice_files import (
    CALL_COLUMNS,
    CSV,
    Row,
    csv_rows,
    exact_text,
    json_calls,
    sums_of,
)
from services.billing.domain.month import Month
from services.billing.usecases import Desk
from services.billing.usecases.explain_invoice import PricedCall, list_invoice_calls
from services.kit.errors import NotFound

_PAGE_CALLS: Final = 5000


async def export_invoice_calls(
    desk: Desk, tenant_id: str, month: Month, media_type: str
) -> AsyncIterator[bytes]:
    """Gives a CSV or JSON file: the calls as they are known now, then how they add up.

    Refuses with RESOURCE_NOT_FOUND before the first piece.
    """
    async with desk.db.read(tenant_id) as store:
        invoice = await store.invoices.find(tenant_id, month)
    if invoice is None:
        raise NotFound(resource=f"tenants/{tenant_id}/invoices/{month}")
    is_csv = media_type == CSV
    yield csv_rows([CALL_COLUMNS]) if is_csv else b'{"calls": [\n'
    token, total, is_first = "", Fraction(0), True
    while is_first or token:
        page = await list_invoice_calls(desk, tenant_id, month, _PAGE_CALLS, token)
        rows = [_row(tenant_id, each) for each in page.calls]
        yield csv_rows(rows) if is_csv else json_calls(rows, is_first)
        total += _sum(page.calls)
        token, is_first = page.next_token, False
    sums = sums_of(invoice, total)
    if is_csv:
        yield csv_rows([(name, *[""] * 7, value) for name, value in sums.items()])
    else:
        yield f'\n], "sums": {json.dumps(sums)}}}\n'.encode()


def _row(tenant_id: str, priced: PricedCall) -> Row:
    call, amount = priced.call, priced.price.amount
    return (
        f"tenants/{tenant_id}/calls/{call.call_id}",
        call.start_time.isoformat(),
        call.local_date.isoformat(),
        call.direction,
        call.called_number,
        call.zone,
        str(call.billable_seconds),
        str(priced.price.billed_seconds),
        exact_text(amount) if amount is not None else "",
    )


def _sum(calls: Sequence[PricedCall]) -> Fraction:
    return sum((each.price.amount or Fraction(0) for each in calls), Fraction(0))
