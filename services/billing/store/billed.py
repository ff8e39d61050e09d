"""Reads what invoices have billed, month by month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.charges import ChargeLine
from services.billing.domain.month import Month
from services.billing.store.bills import line_of
from services.billing.store.tables import draft_invoice_lines, invoice_lines, invoices

_LEDGER_DIFFERS = text("""
SELECT i.month FROM invoices i WHERE i.tenant_id = :tenant_id AND i.total <> coalesce((
  SELECT sum(e.amount) FROM ledger_entries e WHERE e.tenant_id = i.tenant_id
    AND e.source = 'invoice/' || i.month AND e.account = 'receivable'
    AND e.currency_code = i.currency_code), 0)
ORDER BY i.month
""")


@dataclass(frozen=True, slots=True)
class Head:
    """An invoice without its lines; `covered_months` are the earlier ones that it bills too."""

    month: Month
    time_zone: str
    as_of_time: datetime
    covered_months: tuple[Month, ...]


class Billed:
    """What has been billed, as far as the transaction may see it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def heads(self, tenant_id: str) -> list[Head]:
        """Gives all invoices of a tenant, latest month first."""
        columns = (
            invoices.c.month,
            invoices.c.anchor_day,
            invoices.c.time_zone,
            invoices.c.as_of_time,
            invoices.c.covered_months,
        )
        query = select(*columns).where(invoices.c.tenant_id == tenant_id)
        rows = await self._connection.execute(query.order_by(invoices.c.month.desc()))
        return [
            Head(
                month=Month.parse(row.month, "month").anchored(row.anchor_day),
                time_zone=row.time_zone,
                as_of_time=row.as_of_time,
                covered_months=tuple(
                    Month.parse(each, "month").anchored(row.anchor_day)
                    for each in row.covered_months
                ),
            )
            for row in rows
        ]

    async def lines_for(
        self, tenant_id: str, month: Month, before: datetime | None = None
    ) -> list[ChargeLine]:
        """Gives all lines that invoices have for a month: its own, and later adjustments.

        With an instant, only of invoices that were sent before it.
        """
        own = (invoice_lines.c.month == str(month)) & (invoice_lines.c.original_month == "")
        query = (
            select(invoice_lines, invoices.c.currency_code)
            .join(invoices)
            .where(invoice_lines.c.tenant_id == tenant_id)
            .where(or_(own, invoice_lines.c.original_month == str(month)))
            .order_by(invoice_lines.c.month, invoice_lines.c.position)
        )
        if before is not None:
            query = query.where(invoices.c.issue_time < before)
        rows = (await self._connection.execute(query)).mappings()
        return [line_of(row, row["currency_code"]) for row in rows]

    async def adjustments_of(self, tenant_id: str, month: Month) -> list[ChargeLine]:
        """Gives what later invoices have billed for a month."""
        lines = await self.lines_for(tenant_id, month)
        return [line for line in lines if line.original_month is not None]

    async def drafts_overlapping(
        self, tenant_id: str, month: Month, original_months: Collection[Month], with_setup: bool
    ) -> list[Month]:
        """Gives the months of other drafts that adjust one of these months, or have a set-up."""
        lines = draft_invoice_lines.c
        same: list[ColumnElement[bool]] = [
            lines.original_month.in_([str(each) for each in original_months])
        ]
        if with_setup:
            same.append(lines.item == "SETUP_FEE")
        query = (
            select(lines.month)
            .distinct()
            .where(lines.tenant_id == tenant_id, lines.month != str(month), or_(*same))
            .order_by(lines.month)
        )
        return [Month.parse(each, "month") for each in await self._connection.scalars(query)]

    async def ledger_mismatches(self, tenant_id: str) -> list[Month]:
        """Gives the months whose invoice is not in the ledger with its total."""
        found = await self._connection.scalars(_LEDGER_DIFFERS, {"tenant_id": tenant_id})
        return [Month.parse(each, "month") for each in found]
