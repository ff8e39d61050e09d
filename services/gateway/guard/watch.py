"""What the guard asks and tells: whose word it is, and that an answer was held back."""

from __future__ import annotations

from collections.abc import Collection

from services.gateway.auth.hosts import Hosts, HostUnknown, Site
from services.gateway.guard.scan import Hit
from services.gateway.guard.words import WordsInForce
from services.gateway.store import GatewayStore
from services.gateway.store.leak_alarms import Leak
from services.kit.db.transaction import Database
from services.kit.jobs import trouble_of
from services.kit.logging import get_logger
from services.kit.telemetry import counter

_ASKED_LENGTH_MAX = 200
_EXCERPT_LENGTH_MAX = 120

log = get_logger(__name__)


class Watch:
    """Shared by all answers of the clients' listener."""

    def __init__(self, words: WordsInForce, hosts: Hosts, db: Database[GatewayStore]) -> None:
        self._words, self._hosts, self._db = words, hosts, db
        self._held_back = counter("leaks.held_back", "{answer}", "Answers with a secret word.")

    @property
    def words(self) -> WordsInForce:
        """What is searched for."""
        return self._words

    async def own_among(self, host: bytes, words: Collection[str]) -> frozenset[str]:
        """Gives those of some words that are the own ones of whose portal is at a host name."""
        site = await self._site_at(host)
        if site is None:
            return frozenset()
        async with self._db.read(site.tenant_id) as store:
            return await store.own_words.among(site.tenant_id, words)

    async def note_own(self, host: bytes, words: Collection[str]) -> None:
        """Keeps that a client has said words itself; never fails."""
        await trouble_of("own words", self._store_own(host, words))

    async def raise_alarm(self, host: bytes, asked: str, part: str, hits: Collection[Hit]) -> None:
        """Says in log, metric and store that an answer was held back; never fails."""
        self._held_back.add(1, {"part": part})
        await trouble_of("leak alarm", self._store_alarm(host, asked, part, hits))

    async def _store_own(self, host: bytes, words: Collection[str]) -> None:
        site = await self._site_at(host)
        if site is not None:
            async with self._db.transaction(site.tenant_id) as store:
                await store.own_words.add(site.tenant_id, words)

    async def _store_alarm(self, host: bytes, asked: str, part: str, hits: Collection[Hit]) -> None:
        site = await self._site_at(host)
        tenant = site.tenant if site is not None else ""
        found = {hit.word: hit.excerpt for hit in hits}
        # The log goes further than the operator's console: it does not repeat what leaked.
        log.error("answer held back: a secret word", tenant=tenant, asked=asked, part=part)
        async with self._db.operator_transaction() as store:
            for word, excerpt in sorted(found.items()):
                cut = asked[:_ASKED_LENGTH_MAX], part, excerpt[:_EXCERPT_LENGTH_MAX]
                await store.leak_alarms.raise_for(Leak(tenant, word, *cut))

    async def _site_at(self, host: bytes) -> Site | None:
        try:
            return await self._hosts.site_at(host)
        except HostUnknown:
            return None
