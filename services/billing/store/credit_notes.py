"""Reads credit notes and adds to them; the database would refuse a change."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.credit_note import CreditedLine, CreditNote
from services.billing.domain.invoice import Parties
from services.billing.domain.month import Month
from services.billing.store.invoices import Document
from services.billing.store.tables_credit_notes import credit_note_documents as documents
from services.billing.store.tables_credit_notes import credit_note_lines as lines
from services.billing.store.tables_credit_notes import credit_note_sequences as sequences
from services.billing.store.tables_credit_notes import credit_notes
from services.kit.money import Money


class CreditNotes:
    """The credit notes that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next_position(self, seller_id: str, year: int) -> int:
        """Takes the next position of a seller's year, without gaps, as invoices do."""
        first = upsert(sequences).values(tenant_id=seller_id, year=year, last_position=1)
        taken = first.on_conflict_do_update(
            index_elements=[sequences.c.tenant_id, sequences.c.year],
            set_={"last_position": sequences.c.last_position + 1},
        ).returning(sequences.c.last_position)
        return int((await self._connection.execute(taken)).scalar_one())

    async def add(self, note: CreditNote, document: Document) -> None:
        """Adds a credit note, its lines and its file."""
        key = {"tenant_id": note.tenant_id, "number": note.number}
        await self._connection.execute(
            insert(credit_notes).values(
                **key,
                month=str(note.month),
                invoice_number=note.invoice_number,
                time_zone=note.time_zone,
                reason=note.reason,
                currency_code=note.total.currency_code,
                total=note.total.amount,
                seller_id=note.parties.seller_id,
                seller_display_name=note.parties.seller_display_name,
                buyer_display_name=note.parties.buyer_display_name,
                issue_time=note.issue_time,
            )
        )
        rows = [
            {
                **key,
                "position": line.position,
                "account": line.account,
                "description": line.description,
                "amount": line.amount.amount,
            }
            for line in note.lines
        ]
        await self._connection.execute(insert(lines), rows)
        content = {"media_type": document.media_type, "content": document.content}
        await self._connection.execute(insert(documents).values(**key, **content))

    async def find(self, tenant_id: str, number: str) -> CreditNote | None:
        """Gives a credit note by its number, or None."""
        found = await self._list(tenant_id, 1, credit_notes.c.number == number)
        return found[0] if found else None

    async def list_before(self, tenant_id: str, before: str, limit: int) -> list[CreditNote]:
        """Gives at most `limit` credit notes, latest first, from behind the number `before` on."""
        where = (credit_notes.c.number < before,) if before else ()
        return await self._list(tenant_id, limit, *where)

    async def find_document(self, tenant_id: str, number: str) -> Document | None:
        """Gives the file of a credit note, or None."""
        query = select(documents.c.media_type, documents.c.content).where(
            documents.c.tenant_id == tenant_id, documents.c.number == number
        )
        row = (await self._connection.execute(query)).first()
        return Document(row.media_type, row.content) if row else None

    async def credited_lines(self, tenant_id: str, month: Month) -> dict[int, Money]:
        """Gives what was taken off each line of an invoice so far, by position."""
        query = (
            select(
                lines.c.position,
                credit_notes.c.currency_code,
                func.sum(lines.c.amount).label("sum"),
            )
            .select_from(lines.join(credit_notes))
            .where(credit_notes.c.tenant_id == tenant_id, credit_notes.c.month == str(month))
            .group_by(lines.c.position, credit_notes.c.currency_code)
        )
        rows = await self._connection.execute(query)
        return {row.position: Money(row.sum, row.currency_code) for row in rows}

    async def credited(self, tenant_id: str, months: Collection[Month]) -> dict[Month, Money]:
        """Gives what was taken off invoices in all; nothing of those without a credit note."""
        query = (
            select(
                credit_notes.c.month,
                credit_notes.c.currency_code,
                func.sum(credit_notes.c.total).label("sum"),
            )
            .where(
                credit_notes.c.tenant_id == tenant_id,
                credit_notes.c.month.in_([str(month) for month in months]),
            )
            .group_by(credit_notes.c.month, credit_notes.c.currency_code)
        )
        rows = await self._connection.execute(query)
        return {Month.parse(row.month, "month"): Money(row.sum, row.currency_code) for row in rows}

    async def _list(
        self, tenant_id: str, limit: int, *where: ColumnElement[bool]
    ) -> list[CreditNote]:
        query = select(credit_notes).where(credit_notes.c.tenant_id == tenant_id, *where)
        query = query.order_by(credit_notes.c.number.desc()).limit(limit)
        heads = list((await self._connection.execute(query)).mappings())
        keys = [(head["tenant_id"], head["number"]) for head in heads]
        found: dict[tuple[str, str], list[RowMapping]] = {key: [] for key in keys}
        if keys:
            page = select(lines).where(tuple_(lines.c.tenant_id, lines.c.number).in_(keys))
            for row in (await self._connection.execute(page.order_by(lines.c.position))).mappings():
                found[row["tenant_id"], row["number"]].append(row)
        return [_note(head, found[key]) for head, key in zip(heads, keys, strict=True)]


def _note(head: RowMapping, rows: list[RowMapping]) -> CreditNote:
    return CreditNote(
        tenant_id=head["tenant_id"],
        number=head["number"],
        month=Month.parse(head["month"], "month"),
        invoice_number=head["invoice_number"],
        time_zone=head["time_zone"],
        reason=head["reason"],
        lines=tuple(
            CreditedLine(
                row["position"],
                row["account"],
                row["description"],
                Money(row["amount"], head["currency_code"]),
            )
            for row in rows
        ),
        parties=Parties(head["seller_id"], head["seller_display_name"], head["buyer_display_name"]),
        issue_time=head["issue_time"],
    )
