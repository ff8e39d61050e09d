"""Reads who is paid what."""

from __future__ import annotations

from services.billing.domain.payees import Payees
from services.billing.store import BillingStore


async def payees_of(store: BillingStore) -> Payees:
    """Gives every cost book and the carriers behind the routes; in the operator's role."""
    books = await store.cost_books.all()
    known = await store.route_carriers.all()
    return Payees(books, {each.route: each.carrier for each in known})
