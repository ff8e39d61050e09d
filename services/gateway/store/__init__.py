"""The gateway's store: sessions, each visible at its own tenant's host names alone."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.sessions import Sessions
from services.kit.db.scope import Scope


class GatewayStore:
    """The repositories, bound to one transaction."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.sessions = Sessions(connection, scope)
