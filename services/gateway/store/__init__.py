"""The gateway's store: sessions, what its guard has held back, webhooks."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.agent_sessions import AgentSessions
from services.gateway.store.leak_alarms import LeakAlarms
from services.gateway.store.own_words import OwnWords
from services.gateway.store.sessions import Sessions
from services.gateway.store.webhook_deliveries import EventCursors, WebhookDeliveries
from services.gateway.store.webhook_endpoints import WebhookEndpoints
from services.kit.audit import ChangeLog
from services.kit.db.idempotency import Requests
from services.kit.db.outbox import Outbox
from services.kit.db.scope import Scope


class GatewayStore:
    """The repositories, bound to one transaction."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.sessions = Sessions(connection, scope)
        self.agent_sessions = AgentSessions(connection, scope)
        self.own_words = OwnWords(connection, scope)
        self.webhook_endpoints = WebhookEndpoints(connection)
        self.webhook_deliveries = WebhookDeliveries(connection)
        self.event_cursors = EventCursors(connection)
        self.outbox, self.requests = Outbox(connection), Requests(connection)
        self.changes = ChangeLog(self.outbox, scope)
        self.leak_alarms = LeakAlarms(connection, scope)
