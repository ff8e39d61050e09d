"""Reads and writes the operator's stock of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, exists, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.errors import AlreadyExists, NotFound
from services.telephony.domain.did import QUARANTINE_DAYS
from services.telephony.domain.stock import StockNumber
from services.telephony.store.tables import dids
from services.telephony.store.tables_leads import stock_numbers as table

_HELD = dids.c.end_date.is_(None)


class StockNumbers:
    """The stock, bound to an operator transaction: who holds a number is told by `dids`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, numbers: Sequence[str], carrier_id: str) -> int:
        """Adds numbers without plus; gives how many are new.

        Refuses with RESOURCE_ALREADY_EXISTS if one is in stock of another carrier.
        """
        now = scope_of(self._connection).time
        rows = [
            {"phone_number": number, "carrier": carrier_id, "create_time": now}
            for number in numbers
        ]
        statement = postgresql.insert(table).values(rows).on_conflict_do_nothing()
        added = await self._connection.execute(statement.returning(table.c.phone_number))
        new = len(added.all())
        others = select(table.c.phone_number).where(
            table.c.phone_number.in_(numbers), table.c.carrier != carrier_id
        )
        taken = (await self._connection.execute(others.limit(1))).scalar()
        if taken is not None:
            raise AlreadyExists("The number is another carrier's.", phone_number=f"+{taken}")
        return new

    async def get(self, number: str) -> StockNumber:
        """Gives a number and locks it; refuses with RESOURCE_NOT_FOUND."""
        # First the lock: who holds it is looked up when nobody else can take it.
        lock = select(table.c.phone_number).where(table.c.phone_number == number).with_for_update()
        await self._connection.execute(lock)
        row = (await self._connection.execute(_joined().where(_is(number)))).first()
        if row is None:
            raise NotFound(resource=f"stockNumbers/{number}")
        return _stock(row)

    async def list_after(self, prefix: str, number: str, limit: int) -> list[StockNumber]:
        """Gives at most `limit` numbers after this one that begin so, in order."""
        query = _joined().where(*_after(prefix, number)).order_by(table.c.phone_number).limit(limit)
        return [_stock(row) for row in await self._connection.execute(query)]

    async def list_available(self, prefix: str, number: str, limit: int, today: date) -> list[str]:
        """Gives numbers after this one that begin so and can be ordered on a day in UTC."""
        query = _available(today).where(*_after(prefix, number)).limit(limit)
        return list((await self._connection.execute(query)).scalars())

    async def take(self, prefix: str, number: str, today: date) -> str | None:
        """Gives a number that can be ordered, this one unless it is empty; locks it to the end.

        Those that others are about to take are passed over.
        """
        query = _available(today).limit(1).with_for_update(skip_locked=True, of=table)
        while True:
            place = _is(number) if number else table.c.phone_number.startswith(prefix)
            found = (await self._connection.execute(query.where(place))).scalar()
            if found is None:
                return None
            # Somebody may have taken it between the look and the lock.
            again = _available(today).where(_is(found))
            if (await self._connection.execute(again)).first() is not None:
                return str(found)

    async def delete(self, number: str) -> None:
        """Takes a number out of stock."""
        await self._connection.execute(delete(table).where(_is(number)))


def _is(number: str) -> Any:
    return table.c.phone_number == number


def _after(prefix: str, number: str) -> tuple[Any, ...]:
    return table.c.phone_number.startswith(prefix), table.c.phone_number > number


def _available(today: date) -> Select[Any]:
    last_end = today - timedelta(days=QUARANTINE_DAYS)
    taken = exists().where(
        dids.c.did_id == table.c.phone_number, _HELD | (dids.c.end_date > last_end)
    )
    return select(table.c.phone_number).where(~taken).order_by(table.c.phone_number)


def _joined() -> Select[Any]:
    mine = dids.c.did_id == table.c.phone_number
    holder = select(dids.c.tenant_id).where(mine, _HELD).scalar_subquery()
    end = select(func.max(dids.c.end_date)).where(mine).scalar_subquery()
    return select(table, holder.label("tenant_id"), end.label("end_date"))


def _stock(row: Row[Any]) -> StockNumber:
    return StockNumber(
        number=row.phone_number,
        carrier_id=row.carrier,
        create_time=row.create_time,
        tenant_id=row.tenant_id,
        end_date=row.end_date,
    )
