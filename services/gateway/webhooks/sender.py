"""Sends what is due, again and again until the endpoint says yes or time is over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.gateway.store import GatewayStore
from services.gateway.store.webhook_deliveries import Attempt, Delivery, DeliveryState
from services.gateway.store.webhook_endpoints import WebhookEndpoint
from services.gateway.webhooks.events import DELIVER
from services.gateway.webhooks.post import Outcome, Poster, signed_headers
from services.kit.db.leases import Leases
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.kit.telemetry import counter

_EVERY_SECONDS: Final = 1.0
# Waits double from 5 seconds to 6 hours: about a day and a half in all.
ATTEMPTS_MAX: Final = 17
# The outbox never gives up by itself: who gives up also says so in the delivery.
_OPTIONS: Final = OutboxOptions(
    batch_size=50,
    attempts_max=1_000_000,
    first_wait_seconds=5.0,
    longest_wait_seconds=6 * 3600.0,
)
_FAILING_DAYS_MAX: Final = 3
_KEPT_DAYS: Final = 30
_FORGET_EVERY_SECONDS: Final = 3600.0
_FORGET: Final = "webhook-deliveries"


class DeliveryFailed(Exception):
    """An attempt that is to be repeated; the text is what went wrong."""


class Sender:
    """Sends the deliveries of all tenants. Several replicas share them by the outbox's leases.

    An answer that came when the process was killed is not noted, and the event is sent again, with
    the same id, by which receivers know it.
    """

    def __init__(self, db: Database[GatewayStore], poster: Poster, leases: Leases) -> None:
        self._db, self._poster, self._leases = db, poster, leases
        self._outbox = OutboxRunner(db, {DELIVER: self._deliver}, _OPTIONS)
        self._attempts = counter("webhooks.attempts", "{attempt}", "Attempts to deliver an event.")

    async def run(self) -> None:
        """Works until it is cancelled."""
        forget = self._leases.guard(_FORGET, 300, self._forget)
        async with asyncio.TaskGroup() as group:
            group.create_task(run_every(_EVERY_SECONDS, self.run_due, asyncio.Event()))
            group.create_task(run_every(_FORGET_EVERY_SECONDS, forget, asyncio.Event()))

    async def run_due(self) -> int:
        """Sends what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def _deliver(self, intent: Intent) -> None:
        tenant_id, endpoint_id = intent.payload["tenant_id"], intent.payload["endpoint_id"]
        async with self._db.read(tenant_id) as store:
            endpoint = await store.webhook_endpoints.find(tenant_id, endpoint_id)
            delivery = await store.webhook_deliveries.find(
                tenant_id, endpoint_id, intent.payload["event_id"]
            )
        if endpoint is None or delivery is None or delivery.state is not DeliveryState.WAITING:
            return
        outcome = Outcome(0, "The endpoint was disabled.")
        if endpoint.is_enabled:
            now = self._db.clock.now()
            headers = signed_headers(
                delivery.event_id, delivery.payload, endpoint.secrets_at(now), now
            )
            outcome = await self._poster.post(endpoint.url, headers, delivery.payload)
            self._attempts.add(1, {"outcome": "failed" if outcome.problem else "delivered"})
        is_over = not endpoint.is_enabled or intent.attempts >= ATTEMPTS_MAX
        await self._note(delivery, outcome, intent.attempts, is_over)
        if outcome.problem and not is_over:
            raise DeliveryFailed(outcome.problem)

    async def _note(self, sent: Delivery, outcome: Outcome, attempts: int, is_over: bool) -> None:
        async with self._db.transaction(sent.tenant_id) as store:
            endpoint = await store.webhook_endpoints.find(
                sent.tenant_id, sent.endpoint_id, for_update=True
            )
            delivery = await store.webhook_deliveries.find(
                sent.tenant_id, sent.endpoint_id, sent.event_id, for_update=True
            )
            if endpoint is None or delivery is None:
                return
            now = self._db.clock.now()
            noted = delivery.after(Attempt(now.isoformat(), outcome.status, outcome.problem))
            if not outcome.problem:
                noted = replace(noted, state=DeliveryState.DELIVERED, next_attempt_time=None)
            elif is_over:
                noted = replace(noted, state=DeliveryState.FAILED, next_attempt_time=None)
            else:
                wait = timedelta(seconds=_OPTIONS.wait_seconds(attempts))
                noted = replace(noted, next_attempt_time=now + wait)
            await store.webhook_deliveries.save(noted)
            if endpoint.is_enabled:
                await store.webhook_endpoints.save(self._judged(endpoint, bool(outcome.problem)))

    def _judged(self, endpoint: WebhookEndpoint, has_failed: bool) -> WebhookEndpoint:
        """Disables an endpoint that has failed for too long."""
        if not has_failed:
            return replace(endpoint, failing_since_time=None)
        now = self._db.clock.now()
        since = endpoint.failing_since_time or now
        is_enabled = now - since < timedelta(days=_FAILING_DAYS_MAX)
        return replace(endpoint, failing_since_time=since, is_enabled=is_enabled)

    async def _forget(self) -> None:
        async with self._db.operator_transaction() as store:
            before = self._db.clock.now() - timedelta(days=_KEPT_DAYS)
            await store.webhook_deliveries.forget_before(before)
