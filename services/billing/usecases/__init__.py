"""What billing does, one verb phrase a file; and what all of it works with."""

from __future__ import annotations

from dataclasses import dataclass

from services.billing.partners.directory import Directory
from services.billing.partners.usage import Usage
from services.billing.store import BillingStore
from services.kit.clock import Clock
from services.kit.db.transaction import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """What a use case works with: the own store, the time, and the partners."""

    db: Database[BillingStore]
    clock: Clock
    usage: Usage
    directory: Directory
