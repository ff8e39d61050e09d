"""Words that are a client's own, so that they pass in its answers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables import own_words
from services.kit.db.scope import Scope


class OwnWords:
    """The own words of the tenants that the transaction may see."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._now = connection, scope.time

    async def add(self, tenant_id: str, words: Iterable[str]) -> None:
        """Keeps words; those that are known stay as they are."""
        rows = [
            {"tenant_id": tenant_id, "word": word, "create_time": self._now}
            for word in sorted(words)
        ]
        await self._connection.execute(insert(own_words).on_conflict_do_nothing(), rows)

    async def among(self, tenant_id: str, words: Iterable[str]) -> frozenset[str]:
        """Gives those of some words that are the tenant's own."""
        query = select(own_words.c.word).where(
            own_words.c.tenant_id == tenant_id, own_words.c.word.in_(list(words))
        )
        return frozenset((await self._connection.execute(query)).scalars())
