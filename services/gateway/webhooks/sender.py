"""Sends what is due, again and again until the endpoint says yes or time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.gateway.store import GatewayStore
from services.gateway.store.webhook_deliveries import Attempt, Delivery, DeliveryState
from services.gateway.store.webhook_endpoints import WebhookEndpoint
from services.gateway.webhooks.events import DELIVER
from services.gateway.webhooks.notices import TELL_DISABLED, DisabledNotices, notice_of
from services.gateway.webhooks.post import Outcome, Poster, signed_headers
from services.kit.db.leases import Leases
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from services.kit.jobs import Postponed, run_every
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


# Told a tenant's id, what it is and a text, tells whether that must not leave for the tenant.
Guard = Callable[[str, str, str], Awaitable[bool]]


class DeliveryFailed(Postponed):
    """An attempt that is to be repeated; the text is what went wrong."""


class Sender:
    """Sends the deliveries of all tenants. Several replicas share them by the outbox's leases.

    An answer that came when the process was killed is not noted, and the event is sent again, with
    the same id, by which receivers know it.
    """

    def __init__(
        self,
        db: Database[GatewayStore],
        poster: Poster,
        leases: Leases,
        guard: Guard,
        notices: DisabledNotices,
    ) -> None:
        self._db, self._poster, self._leases, self._guard = db, poster, leases, guard
        handlers = {DELIVER: self._deliver, TELL_DISABLED: notices.tell}
        self._outbox = OutboxRunner(db, handlers, _OPTIONS)
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
        is_sent = False
        if not endpoint.is_enabled:
            outcome = Outcome(0, "The endpoint was disabled.")
        elif await self._guard(tenant_id, f"event {delivery.event_type}", delivery.payload):
            # Nor must it leave by a page of deliveries.
            delivery = replace(delivery, payload="")
            outcome = Outcome(0, "Something went wrong on our side. It has been noted.")
        else:
            outcome = await self._send(endpoint, delivery)
            is_sent = True
        await self._note(delivery, outcome, intent.attempts, is_sent)
        if outcome.problem and is_sent and intent.attempts < ATTEMPTS_MAX:
            raise DeliveryFailed(outcome.problem)

    async def _send(self, endpoint: WebhookEndpoint, delivery: Delivery) -> Outcome:
        now = self._db.clock.now()
        headers = signed_headers(delivery.event_id, delivery.payload, endpoint.secrets_at(now), now)
        outcome = await self._poster.post(endpoint.url, headers, delivery.payload)
        self._attempts.add(1, {"outcome": "failed" if outcome.problem else "delivered"})
        return outcome

    async def _note(self, sent: Delivery, outcome: Outcome, attempts: int, is_sent: bool) -> None:
        async with self._db.transaction(sent.tenant_id) as store:
            endpoint = await store.webhook_endpoints.find(
                sent.tenant_id, sent.endpoint_id, for_update=True
            )
            delivery = await store.webhook_deliveries.find(
                sent.tenant_id, sent.endpoint_id, sent.event_id, for_update=True
            )
            if endpoint is None or delivery is None:
                return
            noted = replace(delivery, payload=sent.payload)
            is_over = not is_sent or attempts >= ATTEMPTS_MAX
            await store.webhook_deliveries.save(self._after(noted, outcome, attempts, is_over))
            if is_sent and endpoint.is_enabled:
                await self._judge(store, endpoint, bool(outcome.problem))

    def _after(self, sent: Delivery, outcome: Outcome, attempts: int, is_over: bool) -> Delivery:
        now = self._db.clock.now()
        noted = sent.after(Attempt(now.isoformat(), outcome.status, outcome.problem))
        if not outcome.problem:
            return replace(noted, state=DeliveryState.DELIVERED, next_attempt_time=None)
        if is_over:
            return replace(noted, state=DeliveryState.FAILED, next_attempt_time=None)
        wait = timedelta(seconds=_OPTIONS.wait_seconds(attempts))
        return replace(noted, next_attempt_time=now + wait)

    async def _judge(
        self, store: GatewayStore, endpoint: WebhookEndpoint, has_failed: bool
    ) -> None:
        """Disables an endpoint that has failed for too long, and intends to say so."""
        if not has_failed:
            await store.webhook_endpoints.save(replace(endpoint, failing_since_time=None))
            return
        now = self._db.clock.now()
        since = endpoint.failing_since_time or now
        is_enabled = now - since < timedelta(days=_FAILING_DAYS_MAX)
        judged = replace(endpoint, failing_since_time=since, is_enabled=is_enabled)
        await store.webhook_endpoints.save(judged)
        if not is_enabled:
            await store.outbox.add(TELL_DISABLED, notice_of(judged, since))

    async def _forget(self) -> None:
        async with self._db.operator_transaction() as store:
            before = self._db.clock.now() - timedelta(days=_KEPT_DAYS)
            await store.webhook_deliveries.forget_before(before)
