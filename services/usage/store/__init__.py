"""usage's store: its repositories, bound to one transaction of one tenant."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.idempotency import Requests
from services.kit.db.scope import Scope
from services.kit.db.transaction import driver_connection
from services.usage.store.call_events import CallEvents
from services.usage.store.call_feed import CallFeed
from services.usage.store.calls import Calls
from services.usage.store.changes import Changes
from services.usage.store.ingest import Ingest
from services.usage.store.ingest_state import IngestState
from services.usage.store.measurements import Measurements
from services.usage.store.quantities import StoredQuantities
from services.usage.store.withdrawals import Withdrawals


class UsageStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        raw, tenant_id = driver_connection(connection), scope.tenant_id or ""
        self.scope = scope
        self.state = IngestState(raw, tenant_id)
        self.calls = Calls(raw, tenant_id)
        self.call_feed = CallFeed(raw, tenant_id)
        self.call_events = CallEvents(raw, tenant_id)
        self.changes = Changes(raw, tenant_id)
        self.quantities = StoredQuantities(raw, tenant_id)
        self.measurements = Measurements(raw, tenant_id)
        self.ingest = Ingest(raw, tenant_id)
        self.withdrawals = Withdrawals(raw, tenant_id)
        self.requests = Requests(connection)
