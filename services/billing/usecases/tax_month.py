"""Tells which taxes are on a month of a tenant."""

from __future__ import annotations

from collections.abc import Sequence

from services.billing.domain.month import Month
from services.billing.domain.taxes import Sale, Tax, tax_date, taxes_at
from services.billing.partners.directory import Entry
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.kit.db.transaction import Database


class TaxTables:
    """The own tables as a tax provider: rates by place, exemptions by certificate."""

    def __init__(self, db: Database[BillingStore]) -> None:
        self._db = db

    async def taxes(self, sale: Sale) -> Sequence[Tax]:
        """Gives the taxes on a sale: none as long as the seller charges none.

        Refuses with TAX_PLACE_MISSING and TAX_RATE_MISSING.
        """
        # In the operator's role, because the rates are the seller's and the place the buyer's.
        async with self._db.operator_read() as store:
            if not (await store.taxes.terms(sale.seller_id)).is_charging:
                return ()
            terms = await store.taxes.terms(sale.buyer_id)
            rates = await store.taxes.rates(sale.seller_id)
            exemptions = await store.taxes.exemptions(sale.buyer_id)
        return taxes_at(sale, terms.place, rates, exemptions)


async def taxes_on(desk: Desk, entry: Entry, month: Month) -> Sequence[Tax]:
    """Gives the taxes on what a tenant is sold in a month; nobody sells to the operator."""
    if not entry.seller_id:
        return ()
    provider = desk.taxes or TaxTables(desk.db)
    return await provider.taxes(Sale(entry.seller_id, entry.tenant_id, tax_date(month)))
