"""What the guard asks and tells: whose word it is, and that something was held back."""

from __future__ import annotations

from collections.abc import Collection

from services.gateway.guard.scan import Hit, hits_in
from services.gateway.guard.words import WordsInForce
from services.gateway.store import GatewayStore
from services.gateway.store.leak_alarms import Leak
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.kit.logging import get_logger
from services.kit.secret_words import SecretWords
from services.kit.telemetry import counter

_ASKED_LENGTH_MAX = 200
_EXCERPT_LENGTH_MAX = 120

log = get_logger(__name__)


class Watch:
    """Shared by everything that leaves for clients. A tenant is its id; empty is nobody."""

    def __init__(self, words: WordsInForce, db: Database[GatewayStore]) -> None:
        self._words, self._db = words, db
        self._held_back = counter("leaks.held_back", "{answer}", "Answers with a secret word.")

    @property
    def words(self) -> SecretWords:
        """What is searched for at the moment."""
        return self._words.current

    async def holds_back(self, tenant_id: str, asked: str, text: str) -> bool:
        """Tells whether a text must not leave for a tenant, and then raises the alarm."""
        hits = hits_in(self.words, text.encode())
        secrets = await self.secrets_among(tenant_id, hits) if hits else []
        if secrets:
            await self.raise_alarm(tenant_id, asked, "webhook", secrets)
        return bool(secrets)

    async def secrets_among(self, tenant_id: str, hits: Collection[Hit]) -> list[Hit]:
        """Leaves out what is the tenant's own."""
        own: frozenset[str] = frozenset()
        if hits and tenant_id:
            async with self._db.read(tenant_id) as store:
                own = await store.own_words.among(tenant_id, {hit.word for hit in hits})
        return [hit for hit in hits if hit.word not in own]

    async def note_own(self, tenant_id: str, words: Collection[str]) -> None:
        """Keeps that a client has said words itself; never fails."""
        if tenant_id:
            await trouble_of("own words", self._store_own(tenant_id, words))

    async def raise_alarm(
        self, tenant_id: str, asked: str, part: str, hits: Collection[Hit]
    ) -> None:
        """Says in log, metric and store that something was held back; never fails."""
        self._held_back.add(1, {"part": part})
        tenant = f"tenants/{tenant_id}" if tenant_id else ""
        # The log goes further than the operator's console: it does not repeat what leaked.
        log.error("held back: a secret word", tenant=tenant, asked=asked, part=part)
        found = {hit.word: hit.excerpt[:_EXCERPT_LENGTH_MAX] for hit in hits}
        leaks = [
            Leak(tenant, word, asked[:_ASKED_LENGTH_MAX], part, excerpt)
            for word, excerpt in sorted(found.items())
        ]
        await trouble_of("leak alarm", self._store_alarms(leaks))

    async def _store_own(self, tenant_id: str, words: Collection[str]) -> None:
        async with self._db.transaction(tenant_id) as store:
            await store.own_words.add(tenant_id, words)

    async def _store_alarms(self, leaks: Collection[Leak]) -> None:
        async with self._db.operator_transaction() as store:
            for leak in leaks:
                await store.leak_alarms.raise_for(leak)
