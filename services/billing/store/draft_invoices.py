"""Reads and writes drafts, which may be made anew."""

from __future__ import annotations

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.invoice import DraftInvoice
from services.billing.domain.month import Month
from services.billing.store.bills import bill_of, bill_values, line_rows, read_lines
from services.billing.store.tables import draft_invoice_lines, draft_invoices


class DraftInvoices:
    """The drafts that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, draft: DraftInvoice) -> None:
        """Keeps a draft in place of an earlier one of the same month."""
        key = (draft.tenant_id, str(draft.month))
        await self.remove(draft.tenant_id, draft.month)
        await self._connection.execute(
            insert(draft_invoices).values(
                tenant_id=draft.tenant_id,
                month=str(draft.month),
                time_zone=draft.time_zone,
                **bill_values(draft.bill),
            )
        )
        await self._connection.execute(insert(draft_invoice_lines), line_rows(key, draft.bill))

    async def find(self, tenant_id: str, month: Month) -> DraftInvoice | None:
        """Gives a month's draft, or None."""
        query = select(draft_invoices).where(
            draft_invoices.c.tenant_id == tenant_id, draft_invoices.c.month == str(month)
        )
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        return found[0] if found else None

    async def list_before(
        self, tenant_id: str, before: Month | None, limit: int
    ) -> list[DraftInvoice]:
        """Gives at most `limit` drafts, latest month first, from behind `before` on."""
        query = select(draft_invoices).where(draft_invoices.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(draft_invoices.c.month < str(before))
        query = query.order_by(draft_invoices.c.month.desc()).limit(limit)
        return await self._read(list((await self._connection.execute(query)).mappings()))

    async def remove(self, tenant_id: str, month: Month) -> None:
        """Removes a month's draft if there is one."""
        await self._connection.execute(
            delete(draft_invoices).where(
                draft_invoices.c.tenant_id == tenant_id, draft_invoices.c.month == str(month)
            )
        )

    async def _read(self, heads: list[RowMapping]) -> list[DraftInvoice]:
        lines = await read_lines(self._connection, draft_invoice_lines, heads)
        return [
            DraftInvoice(
                tenant_id=head["tenant_id"],
                month=Month.parse(head["month"], "month"),
                time_zone=head["time_zone"],
                bill=bill_of(head, lines[head["tenant_id"], head["month"]]),
            )
            for head in heads
        ]
