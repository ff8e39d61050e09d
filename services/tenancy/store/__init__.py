"""tenancy's store: its repositories, bound to one transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.idempotency import Requests
from services.kit.db.scope import Scope
from services.tenancy.store.api_keys import ApiKeys
from services.tenancy.store.tenants import Tenants
from services.tenancy.store.users import Users


class TenancyStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.scope = scope
        self.tenants = Tenants(connection)
        self.users = Users(connection)
        self.api_keys = ApiKeys(connection)
        self.requests = Requests(connection)
