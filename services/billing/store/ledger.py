"""Posts to the ledger and reads it; the database refuses to change what is in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, insert, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.ledger import (
    ON_ACCOUNT,
    RECEIVABLE,
    Cause,
    Entry,
    Kind,
    Posted,
    Transaction,
)
from services.billing.store.places import Place, before_place
from services.billing.store.tables_ledger import ledger_entries as entries
from services.billing.store.tables_ledger import ledger_transactions as transactions
from services.kit.db.scope import scope_of
from services.kit.money import Money


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds in one currency."""

    account: str
    amount: Money


class Ledger:
    """The ledger that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def post(self, transaction: Transaction) -> bool:
        """Posts a transaction, and tells whether it is new: a cause is posted once.

        That the same cause comes with other entries is a bug, and is asserted.
        """
        cause = transaction.cause
        key = {"tenant_id": cause.tenant_id, "source": cause.source}
        head = upsert(transactions).values(
            **key,
            seller_id=cause.seller_id,
            kind=cause.kind,
            description=cause.description,
            currency_code=transaction.currency_code,
            entry_count=len(transaction.entries),
            post_time=scope_of(self._connection).time,
        )
        added = await self._connection.execute(
            head.on_conflict_do_nothing().returning(transactions.c.source)
        )
        if added.first() is None:
            earlier = await self.find(cause.tenant_id, cause.source)
            assert earlier is not None, "a transaction is there that cannot be seen"
            assert earlier.transaction == transaction, f"{cause.source} is posted differently"
            return False
        rows = [
            {
                **key,
                "position": position,
                "account": entry.account,
                "currency_code": entry.amount.currency_code,
                "amount": entry.amount.amount,
                "invoice_id": entry.invoice_id,
            }
            for position, entry in enumerate(transaction.entries, start=1)
        ]
        await self._connection.execute(insert(entries), rows)
        return True

    async def find(self, tenant_id: str, source: str) -> Posted | None:
        """Gives the transaction of a cause, or None."""
        wanted = (transactions.c.tenant_id == tenant_id, transactions.c.source == source)
        found = await self._read(select(transactions).where(*wanted))
        return found[0] if found else None

    async def list_before(
        self, tenant_id: str, before: Place | None, limit: int, account: str | None = None
    ) -> list[Posted]:
        """Gives at most `limit` transactions, latest first, from behind `before` on.

        With `account`, those that change it.
        """
        query = select(transactions).where(transactions.c.tenant_id == tenant_id)
        if account is not None:
            query = query.where(_touches(account))
        place = (transactions.c.post_time, transactions.c.source)
        return await self._read(before_place(query, place, before).limit(limit))

    async def balances(self, tenant_id: str | None = None) -> list[Balance]:
        """Gives what each account holds, of one tenant or of all that may be seen."""
        query = select(
            entries.c.account, entries.c.currency_code, func.sum(entries.c.amount).label("amount")
        ).group_by(entries.c.account, entries.c.currency_code)
        if tenant_id is not None:
            query = query.where(entries.c.tenant_id == tenant_id)
        query = query.order_by(entries.c.currency_code, entries.c.account)
        rows = (await self._connection.execute(query)).mappings()
        return [Balance(row["account"], Money(row["amount"], row["currency_code"])) for row in rows]

    async def balance(self, tenant_id: str, account: str, currency_code: str) -> Money:
        """Gives what one of a tenant's accounts holds in a currency."""
        query = select(func.coalesce(func.sum(entries.c.amount), 0)).where(
            entries.c.tenant_id == tenant_id,
            entries.c.account == account,
            entries.c.currency_code == currency_code,
        )
        return Money((await self._connection.execute(query)).scalar_one(), currency_code)

    async def due_after(self, tenant_id: str, place: Place, currency_code: str) -> Money:
        """Gives what was due once the transaction at `place` had been posted."""
        order = tuple_(transactions.c.post_time, transactions.c.source)
        bound = tuple_(literal(place[0], transactions.c.post_time.type), literal(place[1]))
        query = (
            select(func.coalesce(func.sum(entries.c.amount), 0))
            .select_from(entries.join(transactions))
            .where(
                entries.c.tenant_id == tenant_id,
                entries.c.account == RECEIVABLE,
                entries.c.currency_code == currency_code,
                order <= bound,
            )
        )
        return Money((await self._connection.execute(query)).scalar_one(), currency_code)

    async def receivables(self, tenant_id: str, currency_code: str) -> dict[str, Money]:
        """Gives what is left to pay of each invoice of a currency by its id, paid ones included.

        Under "" is what is on account, below zero if it is the client's; always there.
        """
        found = await self._by_invoice(tenant_id, entries.c.currency_code == currency_code)
        return {ON_ACCOUNT: Money.zero(currency_code), **found}

    async def left_to_pay(self, tenant_id: str, invoice_ids: Collection[str]) -> dict[str, Money]:
        """Gives what is left to pay of some invoices, each in its own currency, by their ids."""
        return await self._by_invoice(tenant_id, entries.c.invoice_id.in_(invoice_ids))

    async def _by_invoice(self, tenant_id: str, which: ColumnElement[bool]) -> dict[str, Money]:
        columns = (entries.c.invoice_id, entries.c.currency_code)
        query = (
            select(*columns, func.sum(entries.c.amount).label("amount"))
            .where(entries.c.tenant_id == tenant_id, entries.c.account == RECEIVABLE, which)
            .group_by(*columns)
            .order_by(*columns)
        )
        rows = (await self._connection.execute(query)).mappings()
        return {row["invoice_id"]: Money(row["amount"], row["currency_code"]) for row in rows}

    async def _read(self, query: Select[Any]) -> list[Posted]:
        heads = list((await self._connection.execute(query)).mappings())
        keys = [(head["tenant_id"], head["source"]) for head in heads]
        found: dict[tuple[str, str], list[RowMapping]] = {key: [] for key in keys}
        if keys:
            lines = select(entries).where(tuple_(entries.c.tenant_id, entries.c.source).in_(keys))
            rows = await self._connection.execute(lines.order_by(entries.c.position))
            for row in rows.mappings():
                found[row["tenant_id"], row["source"]].append(row)
        return [_posted(head, found[key]) for head, key in zip(heads, keys, strict=True)]


def _touches(account: str) -> ColumnElement[bool]:
    return (
        select(entries.c.source)
        .where(
            entries.c.tenant_id == transactions.c.tenant_id,
            entries.c.source == transactions.c.source,
            entries.c.account == account,
        )
        .exists()
    )


def _posted(head: RowMapping, rows: Sequence[RowMapping]) -> Posted:
    cause = Cause(
        tenant_id=head["tenant_id"],
        seller_id=head["seller_id"],
        source=head["source"],
        kind=Kind(head["kind"]),
        description=head["description"],
    )
    lines = (
        Entry(row["account"], Money(row["amount"], row["currency_code"]), row["invoice_id"])
        for row in rows
    )
    return Posted(Transaction(cause, tuple(lines)), head["post_time"])
