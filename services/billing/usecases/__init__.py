"""What billing does, one verb phrase a file; and what all of it works with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from services.billing.domain.taxes import TaxProvider
from services.billing.partners.directory import Directory
from services.billing.partners.payments import Processor
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
    # None where nobody charges cards.
    processor: Processor | None = None
    # Set when there is something for the processor to do.
    payments_came: asyncio.Event = field(default_factory=asyncio.Event)
    # The own tables if None.
    taxes: TaxProvider | None = None
