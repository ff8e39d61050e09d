"""Reads and writes drafts, which may be made anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.invoice import DraftInvoice
from services.billing.domain.month import Month
from services.billing.domain.parking import Parked, ParkReason
from services.billing.store.bills import bill_of, bill_values, line_rows, read_lines
from services.billing.store.tables import draft_invoice_lines, draft_invoices
from services.billing.store.tables_drafts import draft_releases

_DRAFTS = select(
    draft_invoices,
    select(draft_releases.c.month)
    .where(
        draft_releases.c.tenant_id == draft_invoices.c.tenant_id,
        draft_releases.c.month == draft_invoices.c.month,
        draft_releases.c.as_of_time == draft_invoices.c.as_of_time,
    )
    .exists()
    .label("is_released"),
)


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
                anchor_day=draft.month.anchor_day,
                time_zone=draft.time_zone,
                **bill_values(draft.bill),
                covered_months=[str(each) for each in draft.covered_months],
                invoice_count=draft.invoice_count,
                parked=_parked_values(draft.parked),
            )
        )
        await self._connection.execute(insert(draft_invoice_lines), line_rows(key, draft.bill))

    async def find(self, tenant_id: str, month: Month) -> DraftInvoice | None:
        """Gives a month's draft, or None."""
        query = _DRAFTS.where(
            draft_invoices.c.tenant_id == tenant_id, draft_invoices.c.month == str(month)
        )
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        return found[0] if found else None

    async def list_before(
        self, tenant_id: str, before: Month | None, limit: int
    ) -> list[DraftInvoice]:
        """Gives at most `limit` drafts, latest month first, from behind `before` on."""
        query = _DRAFTS.where(draft_invoices.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(draft_invoices.c.month < str(before))
        query = query.order_by(draft_invoices.c.month.desc()).limit(limit)
        return await self._read(list((await self._connection.execute(query)).mappings()))

    async def release(self, draft: DraftInvoice, note: str, released_by: str, at: datetime) -> None:
        """Adds that a parked draft was released; another draft of the month is not."""
        await self._connection.execute(
            insert(draft_releases).values(
                tenant_id=draft.tenant_id,
                month=str(draft.month),
                as_of_time=draft.bill.as_of_time,
                parked=_parked_values(draft.parked),
                note=note,
                released_by=released_by,
                release_time=at,
            )
        )

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
                month=Month.parse(head["month"], "month").anchored(head["anchor_day"]),
                time_zone=head["time_zone"],
                bill=bill_of(head, lines[head["tenant_id"], head["month"]]),
                covered_months=_months(head),
                invoice_count=head["invoice_count"],
                parked=tuple(Parked(ParkReason(why), said) for why, said in head["parked"]),
                is_released=head["is_released"],
            )
            for head in heads
        ]


def _months(head: RowMapping) -> tuple[Month, ...]:
    months = (Month.parse(each, "month") for each in head["covered_months"])
    return tuple(month.anchored(head["anchor_day"]) for month in months)


def _parked_values(parked: Iterable[Parked]) -> list[list[str]]:
    return [[each.reason, each.message] for each in parked]
