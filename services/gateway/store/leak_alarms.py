"""Alarms about answers that were held back; in operator transactions alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables import leak_alarms
from services.kit.db.scope import Scope

# Beyond so many the oldest go.
KEPT_MAX: Final = 1000

# When it came up last, and its id: the order of alarms.
Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret word that stood in an answer: whose, to what, in which part, within what."""

    tenant: str
    word: str
    asked: str
    part: str
    excerpt: str

    @property
    def leak_alarm_id(self) -> str:
        """The same for the same word at the same place."""
        told = "\0".join((self.tenant, self.word, self.asked, self.part))
        return hashlib.sha256(told.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class LeakAlarm:
    """How often that was, and when."""

    leak: Leak
    answer_count: int
    first_time: datetime
    last_time: datetime


class LeakAlarms:
    """All alarms."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._now = connection, scope.time

    async def raise_for(self, leak: Leak) -> None:
        """Adds an alarm, or counts one that is there."""
        statement = insert(leak_alarms).values(
            leak_alarm_id=leak.leak_alarm_id,
            tenant=leak.tenant,
            word=leak.word,
            asked=leak.asked,
            part=leak.part,
            excerpt=leak.excerpt,
            answer_count=1,
            first_time=self._now,
            last_time=self._now,
        )
        counted = statement.on_conflict_do_update(
            index_elements=["leak_alarm_id"],
            set_={
                "answer_count": leak_alarms.c.answer_count + 1,
                "excerpt": statement.excluded.excerpt,
                "last_time": statement.excluded.last_time,
            },
        ).returning(leak_alarms.c.answer_count)
        if (await self._connection.execute(counted)).scalar_one() == 1:
            await self._forget_oldest()

    async def list_before(self, before: Place | None, limit: int) -> list[LeakAlarm]:
        """Gives at most `limit` alarms, latest first, from behind `before` on."""
        columns = (leak_alarms.c.last_time, leak_alarms.c.leak_alarm_id)
        query = select(leak_alarms).order_by(*(column.desc() for column in columns)).limit(limit)
        if before is not None:
            query = query.where(tuple_(*columns) < before)
        return [
            LeakAlarm(
                Leak(row.tenant, row.word, row.asked, row.part, row.excerpt),
                row.answer_count,
                row.first_time,
                row.last_time,
            )
            for row in await self._connection.execute(query)
        ]

    async def find(self, leak_alarm_id: str) -> tuple[str, str] | None:
        """Gives an alarm's tenant and word, or None."""
        query = select(leak_alarms.c.tenant, leak_alarms.c.word).where(
            leak_alarms.c.leak_alarm_id == leak_alarm_id
        )
        row = (await self._connection.execute(query)).first()
        return (row.tenant, row.word) if row else None

    async def remove(self, tenant: str, word: str) -> None:
        """Removes the alarms about a word in a tenant's answers."""
        await self._connection.execute(
            delete(leak_alarms).where(leak_alarms.c.tenant == tenant, leak_alarms.c.word == word)
        )

    async def _forget_oldest(self) -> None:
        newest = (
            select(leak_alarms.c.leak_alarm_id)
            .order_by(leak_alarms.c.last_time.desc(), leak_alarms.c.leak_alarm_id.desc())
            .offset(KEPT_MAX)
        )
        await self._connection.execute(
            delete(leak_alarms).where(leak_alarms.c.leak_alarm_id.in_(newest))
        )
