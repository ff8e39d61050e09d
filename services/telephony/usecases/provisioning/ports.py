"""What a run asks of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class RouteSetup(Protocol):
    """The tenant's way out: its entry in the dialer's table of carriers."""

    async def ensure(self, tenant_id: str) -> Mapping[str, str]:
        """Makes the route, or makes it right; gives the columns of a campaign that use it.

        An empty answer: the tenant has no route, and none of its calls leaves.
        """

    async def remove(self, tenant_id: str) -> None:
        """Removes the route, if there is one."""

    async def set_open(self, tenant_id: str, is_open: bool) -> None:
        """Lets calls out, or stops every new one at once; those that are up go on."""
