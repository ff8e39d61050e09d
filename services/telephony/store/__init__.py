"""telephony's store: its repositories, bound to one transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.idempotency import Requests
from services.kit.db.scope import Scope
from services.telephony.store.descriptions import Descriptions
from services.telephony.store.dids import Dids
from services.telephony.store.journals import Journals
from services.telephony.store.legs import Legs
from services.telephony.store.quarantine import Quarantine
from services.telephony.store.routes import Routes


class TelephonyStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.scope = scope
        self.routes = Routes(connection)
        self.journals = Journals(connection)
        self.legs = Legs(connection)
        self.quarantine = Quarantine(connection)
        self.descriptions = Descriptions(connection)
        self.dids = Dids(connection)
        self.requests = Requests(connection)
