"""The other side of the example store's intents."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.kit.db.outbox import Intent


@dataclass
class Partner:
    """Who is told; knows what it was told, and can be out of order."""

    told: list[Intent] = field(default_factory=list)
    is_out_of_order: bool = False

    async def tell(self, intent: Intent) -> None:
        """Takes an intent."""
        self.told.append(intent)
        if self.is_out_of_order:
            raise ConnectionError("no answer")
