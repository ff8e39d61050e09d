"""Reads and writes cards on file, how invoices are collected, and what the processor told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.card import Card
from services.billing.store.tables_payments import (
    cards,
    collections,
    processor_customers,
    processor_events,
)
from services.kit.db.scope import scope_of


@dataclass(frozen=True, slots=True)
class Event:
    """What names one event that the processor told of a tenant."""

    tenant_id: str
    event_id: str
    kind: str


class Cards:
    """What the transaction may see of cards and of what is done with them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def customer_of(self, tenant_id: str) -> str:
        """Gives who the tenant is at the processor; empty if it is not known there."""
        query = select(processor_customers.c.customer_id).where(
            processor_customers.c.tenant_id == tenant_id
        )
        return (await self._connection.execute(query)).scalar() or ""

    async def tenant_of(self, customer_id: str) -> str:
        """Gives the tenant that the processor knows under an id; empty if none."""
        query = select(processor_customers.c.tenant_id).where(
            processor_customers.c.customer_id == customer_id
        )
        return (await self._connection.execute(query)).scalar() or ""

    async def add_customer(self, tenant_id: str, customer_id: str) -> str:
        """Keeps who the tenant is at the processor; the first one stays, and is given."""
        values = {"tenant_id": tenant_id, "customer_id": customer_id, "create_time": self._now}
        added = insert(processor_customers).values(**values).on_conflict_do_nothing()
        await self._connection.execute(added)
        return await self.customer_of(tenant_id)

    async def put_on_file(self, tenant_id: str, card: Card) -> None:
        """Puts a card on file, unless it is already."""
        values = {
            "tenant_id": tenant_id,
            "card_id": card.card_id,
            "brand": card.brand,
            "last_digits": card.last_digits,
            "expire_month": card.expire_month,
            "expire_year": card.expire_year,
            "setup_time": card.setup_time,
        }
        await self._connection.execute(insert(cards).values(**values).on_conflict_do_nothing())

    async def on_file(self, tenant_id: str) -> Card | None:
        """Gives the card on file, or None."""
        query = select(cards).where(cards.c.tenant_id == tenant_id)
        query = query.order_by(cards.c.setup_time.desc(), cards.c.card_id).limit(1)
        row = (await self._connection.execute(query)).mappings().first()
        return Card(**{name: row[name] for name in Card.__slots__}) if row else None

    async def is_collected(self, tenant_id: str) -> bool:
        """Tells whether invoices are paid with the card on file when they are sent."""
        query = select(collections.c.is_automatic).where(collections.c.tenant_id == tenant_id)
        return bool((await self._connection.execute(query)).scalar())

    async def set_collected(self, tenant_id: str, is_automatic: bool) -> None:
        """Sets whether invoices are paid with the card on file when they are sent."""
        put = insert(collections).values(tenant_id=tenant_id, is_automatic=is_automatic)
        await self._connection.execute(
            put.on_conflict_do_update(
                index_elements=[collections.c.tenant_id], set_={"is_automatic": is_automatic}
            )
        )

    async def is_new(self, event: Event) -> bool:
        """Keeps an event, and tells whether it came for the first time."""
        values = {
            "tenant_id": event.tenant_id,
            "event_id": event.event_id,
            "kind": event.kind,
            "receive_time": self._now,
        }
        added = insert(processor_events).values(**values).on_conflict_do_nothing()
        row = (await self._connection.execute(added.returning(processor_events.c.event_id))).first()
        return row is not None

    @property
    def _now(self) -> datetime:
        return scope_of(self._connection).time
