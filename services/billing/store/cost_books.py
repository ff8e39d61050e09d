"""Reads and writes cost books; for operator transactions alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, RowMapping, and_, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.books import CostBook, CostKey
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.store.tables import cost_books, costs
from services.billing.store.terms import TARIFF_COLUMNS, terms_of, terms_values

_COLUMNS = (
    cost_books.c.carrier,
    cost_books.c.effective_date,
    cost_books.c.currency_code,
    cost_books.c.create_time,
    costs.c.item,
    costs.c.route,
    costs.c.direction,
    costs.c.zone,
    costs.c.unit_amount,
    *(costs.c[name] for name in TARIFF_COLUMNS),
)

# Behind which book of which date a page goes on.
BookKey = tuple[date, str]


class CostBooks:
    """The cost books."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, book: CostBook) -> None:
        """Adds a book with its costs."""
        key = {"carrier": book.carrier, "effective_date": book.effective_date}
        values = {"currency_code": book.currency_code, "create_time": book.create_time}
        await self._connection.execute(insert(cost_books).values(**key, **values))
        rows = [
            {
                **key,
                "item": of.item,
                "route": of.route,
                "direction": of.calls.direction,
                "zone": of.calls.zone,
                **terms_values(terms),
            }
            for of, terms in book.costs.items()
        ]
        await self._connection.execute(insert(costs), rows)

    async def all(self) -> list[CostBook]:
        """Gives all books, latest effective date first."""
        return await self._list()

    async def list_before(self, before: BookKey | None, limit: int) -> list[CostBook]:
        """Gives at most `limit` books, latest effective date first, from behind `before` on."""
        key = cost_books.c.effective_date, cost_books.c.carrier
        page = select(*key).order_by(key[0].desc(), key[1]).limit(limit)
        if before is not None:
            on, carrier = before
            page = page.where(or_(key[0] < on, and_(key[0] == on, key[1] > carrier)))
        wanted = page.subquery()
        return await self._list(
            select(wanted)
            .where(
                wanted.c.effective_date == cost_books.c.effective_date,
                wanted.c.carrier == cost_books.c.carrier,
            )
            .exists()
        )

    async def _list(self, *where: ColumnElement[bool]) -> list[CostBook]:
        query = select(*_COLUMNS).select_from(cost_books.join(costs)).where(*where)
        order = (cost_books.c.effective_date.desc(), cost_books.c.carrier, costs.c.item)
        rows = (await self._connection.execute(query.order_by(*order))).mappings()
        books = groupby(rows, lambda row: (row["effective_date"], row["carrier"]))
        return [_cost_book(rows_of_book) for _, rows_of_book in books]


def _cost_book(rows: Iterable[RowMapping]) -> CostBook:
    found = list(rows)
    return CostBook(
        effective_date=found[0]["effective_date"],
        currency_code=found[0]["currency_code"],
        costs={_key(row): terms_of(row) for row in found},
        create_time=found[0]["create_time"],
        carrier=found[0]["carrier"],
    )


def _key(row: RowMapping) -> CostKey:
    return CostKey(Item(row["item"]), row["route"], CallClass(row["direction"], row["zone"]))
