"""Adds a month up over all clients, and tells what a unit brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.billing.domain.books import book_of_month, in_force
from services.billing.domain.call_class import ANY
from services.billing.domain.dues import PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.payees import CostMissing
from services.billing.domain.profit_and_loss import ProfitAndLoss, UnitEconomics, profit_and_loss
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.usecases import Desk
from services.billing.usecases.payees_of import payees_of
from services.billing.usecases.tell_margins import tell_margins
from services.kit.money import CurrencyMismatch


async def tell_profit_and_loss(desk: Desk, month: Month) -> ProfitAndLoss:
    """Gives what a month came to; refuses with COST_MISSING if nobody told the overheads."""
    async with desk.db.operator_read() as store:
        overheads = book_of_month(await store.overheads.all(), month)
        sold_to = await store.price_books.tenants_before(month.end_date)
    if overheads is None:
        raise CostMissing(f"There are no overheads in {month}.", month=month)
    # A client without prices has nothing sold to it yet, and nobody supports it.
    clients = [
        each
        for each in await desk.directory.operators_clients()
        if each.tenant_id in sold_to and each.is_served_in(month)
    ]
    margins = await tell_margins(desk, [(entry, month) for entry in clients])
    return profit_and_loss(month, margins, overheads)


async def tell_unit_economics(
    desk: Desk, tenant_id: str, on: date | None
) -> tuple[str, Mapping[Item, UnitEconomics]]:
    """Gives the currency, and what a unit of each item costs and brings, today if not told.

    Items without a price of one unit or without a cost are left out. Refuses with PRICE_MISSING
    without a book, and with CURRENCY_MISMATCH.
    """
    entry = await desk.directory.get(tenant_id)
    day = on or desk.clock.now().astimezone(ZoneInfo(entry.time_zone)).date()
    async with desk.db.operator_read() as store:
        payees = await payees_of(store)
        book = in_force(await store.price_books.all_of(tenant_id), day)
    if book is None:
        raise PriceMissing(
            f"There are no prices on {day.isoformat()}.",
            tenant=f"tenants/{tenant_id}",
            date=day.isoformat(),
        )
    found: dict[Item, UnitEconomics] = {}
    for item in Item:
        price = book.prices.get((item, ANY))
        try:
            terms, currency_code = payees.dated_terms(item, day)
        except CostMissing:
            continue
        if price is not None and isinstance(price.model, PerUnit):
            if currency_code != book.currency_code:
                raise CurrencyMismatch("The cost is in another currency than the price.")
            found[item] = UnitEconomics(Decimal(terms.unit_amount), price.model.unit_price)
    return book.currency_code, found
