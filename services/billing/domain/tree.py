"""Who sells to whom: everybody below a tenant, and everybody above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tree:
    """The direct clients of each seller, in order."""

    clients: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Tree:
        """Builds it from pairs of a client and its seller."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for client, seller in pairs:
            if seller:
                found[seller].append(client)
        return cls({seller: tuple(sorted(each)) for seller, each in found.items()})

    def clients_of(self, seller_id: str) -> tuple[str, ...]:
        """Gives whom a tenant sells to itself."""
        return self.clients.get(seller_id, ())

    def below(self, tenant_id: str) -> tuple[str, ...]:
        """Gives a tenant and everybody below it, each seller before its clients."""
        found = [tenant_id]
        # Grows while it is walked: the clients of clients come behind.
        for seller in found:
            found += self.clients_of(seller)
            assert len(found) == len(set(found)), "somebody sells to itself"
        return tuple(found)
