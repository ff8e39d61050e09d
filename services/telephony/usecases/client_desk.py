"""What the use cases of clients work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.objects import Kind, ObjectState
from services.telephony.domain.service_state import DialerNotReady
from services.telephony.partners.directory import Directory
from services.telephony.store import TelephonyStore
from services.telephony.usecases.dialer_change import DialerChanges


@dataclass(frozen=True, slots=True)
class ClientDesk:
    """The store, the time, who is who, and what brings the dialer along."""

    db: Database[TelephonyStore]
    clock: Clock
    directory: Directory
    changes: DialerChanges


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a tenant with a `request_id`, which may be repeated.

    Only that it was done is remembered: a repeat is answered with the resource as it is by then.
    """

    tenant_id: str
    request: Any

    async def is_repeat(self, store: TelephonyStore) -> bool:
        """Says whether it was done already; refuses with REQUEST_ID_REUSED."""
        answered = await store.requests.answer_to(*self._key, fingerprint(self.request))
        return answered is not None

    async def keep(self, store: TelephonyStore) -> None:
        """Remembers that it was done; in the transaction of the change."""
        await store.requests.remember(*self._key, b"done")

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.tenant_id, self.request.DESCRIPTOR.name, self.request.request_id


async def code_of(store: TelephonyStore, tenant_id: str) -> TenantCode:
    """Gives the tenant's code; refuses with DIALER_NOT_READY."""
    code = await store.dialer_tenants.find(tenant_id)
    if code is None:
        raise DialerNotReady("The dialer is not set up yet.")
    return code


async def check_ready(store: TelephonyStore, tenant_id: str) -> None:
    """Refuses with DIALER_NOT_READY until the tenant has a campaign that can be dialed."""
    known = await store.dialer_objects.list(tenant_id, [Kind.CAMPAIGN])
    if not any(each.state is ObjectState.ACTIVE for each in known):
        raise DialerNotReady("The dialer is not set up yet.")


async def free_number(
    store: TelephonyStore, tenant_id: str, kind: Kind, last: int, object_id: Callable[[int], str]
) -> int:
    """Gives the first number after `last` that no object in the map has.

    Numbers come from 1; who calls holds the tenant's lock of quotas.
    """
    taken = {each.object_id for each in await store.dialer_objects.list(tenant_id, [kind])}
    number = last + 1
    while object_id(number) in taken:
        number += 1
    return number
