"""Reads and writes overhead books; for operator transactions alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.overheads import FixedCost, OverheadBook, SupportStaff
from services.billing.store.tables_costs import overhead_books, overhead_costs
from services.kit.money import Money


class Overheads:
    """The overhead books."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, book: OverheadBook) -> None:
        """Adds a book with its fixed costs."""
        staff = book.support_staff
        values = {
            "effective_date": book.effective_date,
            "currency_code": book.currency_code,
            "clients_per_person": staff.clients_per_person if staff else None,
            "cost_per_person": staff.cost_per_person.amount if staff else None,
            "create_time": book.create_time,
        }
        await self._connection.execute(insert(overhead_books).values(values))
        rows = [
            {
                "effective_date": book.effective_date,
                "position": position,
                "display_name": each.display_name,
                "monthly_cost": each.monthly_cost.amount,
            }
            for position, each in enumerate(book.fixed_costs)
        ]
        if rows:
            await self._connection.execute(insert(overhead_costs), rows)

    async def all(self) -> list[OverheadBook]:
        """Gives all books, latest effective date first."""
        return await self.list_before(None, None)

    async def list_before(self, before: date | None, limit: int | None) -> list[OverheadBook]:
        """Gives at most `limit` books, latest effective date first, from behind `before` on."""
        query = select(overhead_books).order_by(overhead_books.c.effective_date.desc()).limit(limit)
        if before is not None:
            query = query.where(overhead_books.c.effective_date < before)
        heads = (await self._connection.execute(query)).mappings().all()
        wanted = [head["effective_date"] for head in heads]
        costs = (
            select(overhead_costs)
            .where(overhead_costs.c.effective_date.in_(wanted))
            .order_by(overhead_costs.c.position)
        )
        rows = (await self._connection.execute(costs)).mappings().all()
        found = []
        for head in heads:
            day, code = head["effective_date"], head["currency_code"]
            fixed = tuple(
                FixedCost(row["display_name"], Money(row["monthly_cost"], code))
                for row in rows
                if row["effective_date"] == day
            )
            staff = None
            if head["clients_per_person"] is not None:
                cost = Money(head["cost_per_person"], code)
                staff = SupportStaff(head["clients_per_person"], cost)
            found.append(OverheadBook(day, code, fixed, staff, head["create_time"]))
        return found
