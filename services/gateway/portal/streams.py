"""How many pages are kept fresh by events at once, and how often they are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Streams:
    """How many streams there are, and how they go on: each looks every so many seconds, and ends
    after so many looks, as the edge lets no answer last for ever; browsers then ask anew."""

    seconds: float = 2.0
    looks_max: int = 150
    of_tenant_max: int = 20
    in_all_max: int = 500
    _open: Counter[str] = field(default_factory=Counter)

    def has_room(self, tenant: str) -> bool:
        """Tells whether one more may be opened."""
        return self._open[tenant] < self.of_tenant_max and self._open.total() < self.in_all_max

    @contextmanager
    def opened(self, tenant: str) -> Iterator[None]:
        """Counts a stream while it lasts."""
        self._open[tenant] += 1
        try:
            yield
        finally:
            self._open[tenant] -= 1
            if not self._open[tenant]:
                del self._open[tenant]
