"""The prices that a seller pays itself, as costs of what it sells."""

from __future__ import annotations

from services.billing.domain.books import CostBook, CostKey, PriceBook, Terms
from services.billing.domain.item import Item
from services.billing.domain.rating.per_unit import PerUnit

# One for all its clients, or charged once: no cost of a single client's.
_UNSHARED = frozenset({Item.PLATFORM_LICENSE, Item.SETUP_FEE})


def as_costs(book: PriceBook) -> CostBook:
    """Gives the prices of single units as costs, as far as all units are charged them."""
    costs = {
        CostKey(item, "", call_class): Terms(price.model.unit_price, price.duration_tariff)
        for (item, call_class), price in book.prices.items()
        if item not in _UNSHARED
        and isinstance(price.model, PerUnit)
        and not price.included_quantity
    }
    return CostBook(book.effective_date, book.currency_code, costs, book.create_time)
