"""Rows of bills and their lines, as drafts and invoices have them alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.invoice import Bill
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span
from services.kit.money import Money

Key = tuple[str, str]


def bill_values(bill: Bill) -> dict[str, Any]:
    """Gives the columns of a bill without its lines."""
    return {
        "currency_code": bill.total.currency_code,
        "total": bill.total.amount,
        "as_of_time": bill.as_of_time,
    }


def line_rows(key: Key, bill: Bill) -> list[dict[str, Any]]:
    """Gives the rows of a bill's lines."""
    tenant_id, month = key
    return [
        {
            "tenant_id": tenant_id,
            "month": month,
            "position": position,
            # A tax has none.
            "item": line.item or "",
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price": line.unit_price,
            "amount": line.amount.amount,
            "start_date": line.span.start_date,
            "end_date": line.span.end_date,
            "kind": line.kind,
            "code": line.code,
            "original_month": str(line.original_month or ""),
        }
        for position, line in enumerate(bill.lines, start=1)
    ]


async def read_lines(
    connection: AsyncConnection, table: Table, heads: Sequence[RowMapping]
) -> dict[Key, list[RowMapping]]:
    """Gives the lines of bills by the key of each."""
    keys = [(head["tenant_id"], head["month"]) for head in heads]
    found: dict[Key, list[RowMapping]] = {key: [] for key in keys}
    if keys:
        query = select(table).where(tuple_(table.c.tenant_id, table.c.month).in_(keys))
        for row in (await connection.execute(query.order_by(table.c.position))).mappings():
            found[row["tenant_id"], row["month"]].append(row)
    return found


def bill_of(head: RowMapping, lines: Iterable[RowMapping]) -> Bill:
    """Reads a bill; that its lines add up is asserted on the way."""
    currency_code: str = head["currency_code"]
    return Bill(
        lines=tuple(line_of(row, currency_code) for row in lines),
        total=Money(head["total"], currency_code),
        as_of_time=head["as_of_time"],
    )


def line_of(row: RowMapping, currency_code: str) -> ChargeLine:
    """Reads a line."""
    month: str = row["original_month"]
    return ChargeLine(
        item=Item(row["item"]) if row["item"] else None,
        description=row["description"],
        quantity=row["quantity"],
        unit=row["unit"],
        unit_price=row["unit_price"],
        amount=Money(row["amount"], currency_code),
        span=Span(row["start_date"], row["end_date"]),
        kind=LineKind(row["kind"]),
        code=row["code"],
        original_month=Month.parse(month, "original_month") if month else None,
    )
