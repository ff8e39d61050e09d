"""Tenants whose legs must wait, and how many of a tenant's legs go into one batch."""

from __future__ import annotations

import time

_HOLD_SECONDS = 5.0


class Holds:
    """Keeps one tenant's trouble from the others.

    A refused batch is sent again in halves, until the one leg that is at fault stands alone.
    """

    def __init__(self, batch_max: int) -> None:
        self._batch_max = batch_max
        self._sizes: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def hold(self, tenant_id: str) -> None:
        """Passes the tenant over for some seconds."""
        self._until[tenant_id] = time.monotonic() + _HOLD_SECONDS

    def held(self) -> list[str]:
        """Gives the tenants that are passed over now."""
        now = time.monotonic()
        self._until = {tenant: until for tenant, until in self._until.items() if until > now}
        return list(self._until)

    def batch_size(self, tenant_id: str) -> int:
        """Gives how many legs of the tenant may go together."""
        return self._sizes.get(tenant_id, self._batch_max)

    def refused(self, tenant_id: str, size: int) -> None:
        """Notes that a batch of so many was refused."""
        self._sizes[tenant_id] = max(1, size // 2)

    def accepted(self, tenant_id: str) -> None:
        """Notes that a batch was stored."""
        size = self._sizes.pop(tenant_id, self._batch_max) * 2
        if size < self._batch_max:
            self._sizes[tenant_id] = size
