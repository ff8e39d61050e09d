"""Prices a month by the quantities of now."""

from __future__ import annotations

from collections.abc import Sequence

from services.billing.domain.books import PriceBook
from services.billing.domain.charges import charge_lines
from services.billing.domain.invoice import Bill
from services.billing.domain.month import Month
from services.billing.domain.quantities import spans_of
from services.billing.partners.usage import Usage
from services.billing.usecases.read_quantities import read_quantities


async def price_month(
    usage: Usage, tenant_id: str, month: Month, books: Sequence[PriceBook]
) -> Bill:
    """Gives what a month has come to; outside of any transaction, because it asks a partner.

    Refuses with PRICE_MISSING if something used has no price.
    """
    quantities = await read_quantities(usage, tenant_id, month, spans_of(month, books))
    return Bill.of(charge_lines(tenant_id, books, quantities), quantities.as_of_time)
