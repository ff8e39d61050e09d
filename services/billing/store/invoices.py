"""Reads invoices and adds to them; nothing here changes one, and the database would refuse it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.invoice import Invoice, Parties
from services.billing.domain.month import Month
from services.billing.store.bills import bill_of, bill_values, line_rows, read_lines
from services.billing.store.tables import (
    invoice_documents,
    invoice_lines,
    invoices,
    number_sequences,
)


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice as a file."""

    media_type: str
    content: bytes


class Invoices:
    """The invoices that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next_position(self, seller_id: str, year: int) -> int:
        """Takes the next position of a seller's year.

        Another transaction that asks waits for the end of this one, and gets the same position if
        this one is rolled back: so there are no gaps.
        """
        first = upsert(number_sequences).values(tenant_id=seller_id, year=year, last_position=1)
        taken = first.on_conflict_do_update(
            index_elements=[number_sequences.c.tenant_id, number_sequences.c.year],
            set_={"last_position": number_sequences.c.last_position + 1},
        ).returning(number_sequences.c.last_position)
        return int((await self._connection.execute(taken)).scalar_one())

    async def add(self, invoice: Invoice, document: Document) -> None:
        """Adds an invoice, its lines and its file."""
        key = {"tenant_id": invoice.tenant_id, "month": str(invoice.month)}
        await self._connection.execute(
            insert(invoices).values(
                **key,
                **bill_values(invoice.bill),
                anchor_day=invoice.month.anchor_day,
                time_zone=invoice.time_zone,
                covered_months=[str(each) for each in invoice.covered_months],
                number=invoice.number,
                seller_id=invoice.parties.seller_id,
                seller_display_name=invoice.parties.seller_display_name,
                buyer_display_name=invoice.parties.buyer_display_name,
                issue_time=invoice.issue_time,
            )
        )
        rows = line_rows((invoice.tenant_id, str(invoice.month)), invoice.bill)
        await self._connection.execute(insert(invoice_lines), rows)
        content = {"media_type": document.media_type, "content": document.content}
        await self._connection.execute(insert(invoice_documents).values(**key, **content))

    async def find(self, tenant_id: str, month: Month) -> Invoice | None:
        """Gives a month's invoice, or None."""
        found = await self.find_all([(tenant_id, month)])
        return found[0] if found else None

    async def find_all(self, keys: Collection[tuple[str, Month]]) -> list[Invoice]:
        """Gives the invoices that there are of these tenants and months."""
        wanted = [(tenant_id, str(month)) for tenant_id, month in keys]
        query = select(invoices).where(tuple_(invoices.c.tenant_id, invoices.c.month).in_(wanted))
        return await self._read(list((await self._connection.execute(query)).mappings()))

    async def last_month(self, tenant_id: str) -> Month | None:
        """Gives the latest month that has been invoiced, or None."""
        query = select(invoices.c.month, invoices.c.anchor_day)
        query = query.where(invoices.c.tenant_id == tenant_id)
        query = query.order_by(invoices.c.month.desc()).limit(1)
        row = (await self._connection.execute(query)).first()
        return Month.parse(row.month, "month").anchored(row.anchor_day) if row else None

    async def count(self, tenant_id: str) -> int:
        """Gives how many invoices a tenant has."""
        query = select(func.count()).where(invoices.c.tenant_id == tenant_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def list_before(self, tenant_id: str, before: Month | None, limit: int) -> list[Invoice]:
        """Gives at most `limit` invoices, latest month first, from behind `before` on."""
        query = select(invoices).where(invoices.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(invoices.c.month < str(before))
        query = query.order_by(invoices.c.month.desc()).limit(limit)
        return await self._read(list((await self._connection.execute(query)).mappings()))

    async def find_document(self, tenant_id: str, month: Month) -> Document | None:
        """Gives the file of a month's invoice, or None."""
        query = select(invoice_documents.c.media_type, invoice_documents.c.content).where(
            invoice_documents.c.tenant_id == tenant_id, invoice_documents.c.month == str(month)
        )
        row = (await self._connection.execute(query)).first()
        return Document(row.media_type, row.content) if row else None

    async def _read(self, heads: list[RowMapping]) -> list[Invoice]:
        lines = await read_lines(self._connection, invoice_lines, heads)
        return [
            Invoice(
                tenant_id=head["tenant_id"],
                month=Month.parse(head["month"], "month").anchored(head["anchor_day"]),
                time_zone=head["time_zone"],
                number=head["number"],
                parties=Parties(
                    head["seller_id"], head["seller_display_name"], head["buyer_display_name"]
                ),
                bill=bill_of(head, lines[head["tenant_id"], head["month"]]),
                issue_time=head["issue_time"],
                covered_months=_months(head),
            )
            for head in heads
        ]


def _months(head: RowMapping) -> tuple[Month, ...]:
    months = (Month.parse(each, "month") for each in head["covered_months"])
    return tuple(month.anchored(head["anchor_day"]) for month in months)
