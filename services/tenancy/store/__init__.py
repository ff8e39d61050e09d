"""tenancy's store: its repositories, bound to one transaction."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.idempotency import Requests
from services.kit.db.outbox import Outbox
from services.kit.db.scope import Scope
from services.tenancy.store.agreements import Agreements
from services.tenancy.store.api_keys import ApiKeys
from services.tenancy.store.audit import AuditLog
from services.tenancy.store.client_notes import ClientNotes
from services.tenancy.store.email_changes import EmailChanges
from services.tenancy.store.invitations import Invitations
from services.tenancy.store.lifecycle import LifecycleRuns
from services.tenancy.store.notices import Notices
from services.tenancy.store.onboarding import OnboardingRuns
from services.tenancy.store.own_host_names import OwnHostNames
from services.tenancy.store.second_factors import SecondFactors
from services.tenancy.store.single_sign_ons import SingleSignOns
from services.tenancy.store.support import Support
from services.tenancy.store.tenants import Tenants
from services.tenancy.store.users import Users

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class TenancyStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection = connection
        self.scope = scope
        self.tenants = Tenants(connection)
        self.users = Users(connection)
        self.api_keys = ApiKeys(connection)
        self.agreements = Agreements(connection)
        self.audit = AuditLog(connection)
        self.client_notes = ClientNotes(connection)
        self.email_changes = EmailChanges(connection)
        self.invitations = Invitations(connection)
        self.second_factors = SecondFactors(connection)
        self.single_sign_ons = SingleSignOns(connection)
        self.support = Support(connection)
        self.requests = Requests(connection)
        self.notices = Notices(connection)
        self.onboarding_runs = OnboardingRuns(connection)
        self.own_host_names = OwnHostNames(connection)
        self.lifecycle_runs = LifecycleRuns(connection)
        self.outbox = Outbox(connection)

    async def lock_team(self, tenant_id: str) -> None:
        """Waits until nobody else changes what a tenant's people may do."""
        await self._connection.execute(_LOCK, {"name": f"team/{tenant_id}"})

    async def lock_life(self, tenant_id: str) -> None:
        """Waits until nobody else begins something with this tenant."""
        await self._connection.execute(_LOCK, {"name": f"life/{tenant_id}"})

    async def lock_agreement(self, tenant_id: str) -> None:
        """Waits until nobody else accepts an agreement for this tenant, or publishes one."""
        await self._connection.execute(_LOCK, {"name": f"agreement/{tenant_id}"})

    async def lock_host(self, host: str) -> None:
        """Waits until nobody else settles whose a host name is."""
        await self._connection.execute(_LOCK, {"name": f"host/{host}"})

    async def lock_notice(self, tenant_id: str, notice_id: str) -> None:
        """Waits until nobody else resends this notice."""
        await self._connection.execute(_LOCK, {"name": f"notice/{tenant_id}/{notice_id}"})
