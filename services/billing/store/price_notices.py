"""Reads price notices and adds to what became of them; nothing is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import RowMapping, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.notices import Event, EventKind, Notice, Terms
from services.billing.store.tables_notices import (
    price_notice_events,
    price_notice_terms,
    price_notices,
)

# When, kind and subject: the order of a notice's events.
Place = tuple[datetime, str, str]

_ACKNOWLEDGED = (
    select(func.min(price_notice_events.c.event_time))
    .where(
        price_notice_events.c.tenant_id == price_notices.c.tenant_id,
        price_notice_events.c.effective_date == price_notices.c.effective_date,
        price_notice_events.c.kind == EventKind.ACKNOWLEDGED,
    )
    .scalar_subquery()
    .label("acknowledge_time")
)


class PriceNotices:
    """The price notices that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, notice: Notice) -> None:
        """Adds a notice."""
        await self._connection.execute(
            insert(price_notices).values(
                tenant_id=notice.tenant_id,
                effective_date=notice.effective_date,
                previous_effective_date=notice.previous_effective_date,
                create_time=notice.create_time,
            )
        )

    async def find(self, tenant_id: str, effective_date: date) -> Notice | None:
        """Gives the notice of a change on that day, or None."""
        query = select(price_notices, _ACKNOWLEDGED).where(
            price_notices.c.tenant_id == tenant_id,
            price_notices.c.effective_date == effective_date,
        )
        row = (await self._connection.execute(query)).mappings().first()
        return _notice(row) if row else None

    async def list_before(self, tenant_id: str, before: date | None, limit: int) -> list[Notice]:
        """Gives at most `limit` notices, latest effective date first, from behind `before` on."""
        query = select(price_notices, _ACKNOWLEDGED).where(price_notices.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(price_notices.c.effective_date < before)
        query = query.order_by(price_notices.c.effective_date.desc()).limit(limit)
        return [_notice(row) for row in (await self._connection.execute(query)).mappings()]

    async def add_events(self, notice: Notice, events: Iterable[Event]) -> None:
        """Adds what has become of a notice; what is there of the same kind and subject stays."""
        rows = [
            {
                "tenant_id": notice.tenant_id,
                "effective_date": notice.effective_date,
                "kind": event.kind,
                "subject": event.subject,
                "detail": event.detail,
                "event_time": event.event_time,
            }
            for event in events
        ]
        if rows:
            await self._connection.execute(
                upsert(price_notice_events).on_conflict_do_nothing(), rows
            )

    async def events_behind(
        self, tenant_id: str, effective_date: date, place: Place | None, limit: int
    ) -> list[Event]:
        """Gives at most `limit` events of a notice, oldest first, from behind `place` on."""
        order = (
            price_notice_events.c.event_time,
            price_notice_events.c.kind,
            price_notice_events.c.subject,
        )
        query = select(price_notice_events).where(
            price_notice_events.c.tenant_id == tenant_id,
            price_notice_events.c.effective_date == effective_date,
        )
        if place is not None:
            query = query.where(tuple_(*order) > place)
        rows = await self._connection.execute(query.order_by(*order).limit(limit))
        return [
            Event(EventKind(row["kind"]), row["subject"], row["detail"], row["event_time"])
            for row in rows.mappings()
        ]

    async def terms(self, tenant_id: str) -> Terms:
        """Gives how long notice is given to a tenant."""
        query = (
            select(price_notice_terms)
            .where(price_notice_terms.c.tenant_id == tenant_id)
            .order_by(price_notice_terms.c.version.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).mappings().first()
        return Terms(row["notice_days"], row["set_by"], row["set_time"]) if row else Terms()

    async def set_terms(self, tenant_id: str, terms: Terms) -> None:
        """Adds the terms as the newest version; under the account's lock."""
        newest = select(func.coalesce(func.max(price_notice_terms.c.version), 0)).where(
            price_notice_terms.c.tenant_id == tenant_id
        )
        version = (await self._connection.execute(newest)).scalar_one() + 1
        await self._connection.execute(
            insert(price_notice_terms).values(
                tenant_id=tenant_id,
                version=version,
                notice_days=terms.notice_days,
                set_by=terms.set_by,
                set_time=terms.set_time,
            )
        )


def _notice(row: RowMapping) -> Notice:
    return Notice(
        tenant_id=row["tenant_id"],
        effective_date=row["effective_date"],
        previous_effective_date=row["previous_effective_date"],
        create_time=row["create_time"],
        acknowledge_time=row["acknowledge_time"],
    )
