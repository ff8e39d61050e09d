"""Reads and writes price books."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, RowMapping, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.books import PriceBook, Proration
from services.billing.store.prices import price_of, price_values
from services.billing.store.tables import price_books, prices

_BOOK = (price_books.c.tenant_id, price_books.c.effective_date)
_PRICES_OF_BOOKS = price_books.join(prices)
_COLUMNS = (
    *_BOOK,
    price_books.c.currency_code,
    price_books.c.create_time,
    price_books.c.proration,
    price_books.c.plan,
    *(column for column in prices.c if column.name not in {"tenant_id", "effective_date"}),
)


class PriceBooks:
    """The price books that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, book: PriceBook) -> None:
        """Adds a book with its prices."""
        key = {"tenant_id": book.tenant_id, "effective_date": book.effective_date}
        values = {
            "currency_code": book.currency_code,
            "create_time": book.create_time,
            "proration": book.proration,
            "plan": book.plan,
        }
        await self._connection.execute(insert(price_books).values(**key, **values))
        rows = [{**key, **price_values(of, price)} for of, price in book.prices.items()]
        await self._connection.execute(insert(prices), rows)

    async def in_force_between(
        self, tenant_ids: Collection[str], start_date: date, end_date: date
    ) -> list[PriceBook]:
        """Gives each tenant's books that are in force on any date from start to before end."""
        earlier = price_books.alias()
        first_in_force = (
            select(func.max(earlier.c.effective_date))
            .where(earlier.c.tenant_id == price_books.c.tenant_id)
            .where(earlier.c.effective_date <= start_date)
            .scalar_subquery()
        )
        return await self._list(
            price_books.c.tenant_id.in_(tenant_ids),
            price_books.c.effective_date < end_date,
            price_books.c.effective_date >= func.coalesce(first_in_force, date.min),
        )

    async def tenants_before(self, end_date: date) -> set[str]:
        """Gives the tenants with a book that is in force on some date before `end_date`."""
        query = select(price_books.c.tenant_id).where(price_books.c.effective_date < end_date)
        return set((await self._connection.execute(query.distinct())).scalars())

    async def all_of(self, tenant_id: str) -> list[PriceBook]:
        """Gives all books of a tenant, latest effective date first."""
        return await self._list(price_books.c.tenant_id == tenant_id)

    async def of_dates(self, tenant_id: str, effective_dates: Collection[date]) -> list[PriceBook]:
        """Gives a tenant's books of these effective dates."""
        return await self._list(
            price_books.c.tenant_id == tenant_id, price_books.c.effective_date.in_(effective_dates)
        )

    async def list_before(self, tenant_id: str, before: date | None, limit: int) -> list[PriceBook]:
        """Gives at most `limit` books, latest effective date first, from behind `before` on."""
        page = select(price_books.c.effective_date).where(price_books.c.tenant_id == tenant_id)
        if before is not None:
            page = page.where(price_books.c.effective_date < before)
        page = page.order_by(price_books.c.effective_date.desc()).limit(limit)
        return await self._list(
            price_books.c.tenant_id == tenant_id, price_books.c.effective_date.in_(page)
        )

    async def _list(self, *where: ColumnElement[bool]) -> list[PriceBook]:
        query = select(*_COLUMNS).select_from(_PRICES_OF_BOOKS).where(*where)
        order = (price_books.c.tenant_id, price_books.c.effective_date.desc(), prices.c.item)
        rows = (await self._connection.execute(query.order_by(*order))).mappings()
        books = groupby(rows, lambda row: (row["tenant_id"], row["effective_date"]))
        return [_price_book(rows_of_book) for _, rows_of_book in books]


def _price_book(rows: Iterable[RowMapping]) -> PriceBook:
    found = list(rows)
    return PriceBook(
        tenant_id=found[0]["tenant_id"],
        effective_date=found[0]["effective_date"],
        currency_code=found[0]["currency_code"],
        prices=dict(map(price_of, found)),
        create_time=found[0]["create_time"],
        proration=Proration(found[0]["proration"]),
        plan=found[0]["plan"],
    )
