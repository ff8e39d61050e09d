"""The gateway's store: sessions, and what its guard has held back."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.leak_alarms import LeakAlarms
from services.gateway.store.own_words import OwnWords
from services.gateway.store.sessions import Sessions
from services.kit.db.scope import Scope


class GatewayStore:
    """The repositories, bound to one transaction."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.sessions = Sessions(connection, scope)
        self.own_words = OwnWords(connection, scope)
        self.leak_alarms = LeakAlarms(connection, scope)
