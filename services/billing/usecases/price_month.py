"""Prices a month by the quantities of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.billing.domain.books import Book, PriceBook, books_of_month
from services.billing.domain.charges import Priced, charge_lines, priced_lines
from services.billing.domain.discounts import Discount, discounted
from services.billing.domain.invoice import Bill
from services.billing.domain.month import Month
from services.billing.domain.quantities import MonthQuantities, spans_of
from services.billing.domain.taxes import Tax, taxed
from services.billing.usecases import Desk
from services.billing.usecases.read_quantities import read_quantities


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a month of a tenant is priced by.

    `books` may be of other months too. The month is cut by the `timelines` as well, for whoever
    wants to set costs against it.
    """

    tenant_id: str
    books: Sequence[PriceBook]
    setup_count: int = 0
    timelines: Sequence[Sequence[Book]] = ()
    discounts: Sequence[Discount] = ()
    # Of the month's last day; on a bill alone.
    taxes: Sequence[Tax] = ()


async def price_month(
    desk: Desk, month: Month, by: Pricing, as_of_time: datetime | None = None
) -> Bill:
    """Gives what a month has come to as of an instant (now if None).

    Outside of any transaction, because it asks a partner. Refuses with PRICE_MISSING if something
    used has no price.
    """
    quantities = await _quantities(desk, month, by, as_of_time)
    lines = charge_lines(by.tenant_id, books_of_month(by.books, month), quantities)
    left = discounted(month, lines, by.discounts)
    return Bill.of(taxed(month, left, by.taxes), quantities.as_of_time)


async def price_what_can_be(
    desk: Desk, month: Month, by: Pricing, as_of_time: datetime | None = None
) -> tuple[MonthQuantities, Priced]:
    """Gives the same as of an instant (now if None) before taxes, with what has no price."""
    quantities = await _quantities(desk, month, by, as_of_time)
    priced = priced_lines(by.tenant_id, books_of_month(by.books, month), quantities)
    return quantities, replace(priced, lines=discounted(month, priced.lines, by.discounts))


async def _quantities(
    desk: Desk, month: Month, by: Pricing, as_of_time: datetime | None = None
) -> MonthQuantities:
    spans = spans_of(month, books_of_month(by.books, month), *by.timelines)
    quantities = await read_quantities(desk, by.tenant_id, month, spans, as_of_time)
    return replace(quantities, setup_count=by.setup_count)
