"""How many units of an item were used, in the units that it is charged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from services.billing.domain import amounts
from services.billing.domain.books import Terms
from services.billing.domain.item import Item
from services.billing.domain.quantities import MonthQuantities, SpanQuantities
from services.billing.domain.rating import billed_seconds

WantsRoute = Callable[[str], bool]


def every_route(route: str) -> bool:
    """Accepts the calls of all routes."""
    return True


def monthly_quantity(item: Item, quantities: MonthQuantities) -> Decimal:
    """Gives how many units of an item that is charged by the month."""
    match item:
        case Item.PLATFORM_LICENSE:
            return Decimal(1)
        case Item.DIDS:
            return Decimal(quantities.did_count)
        case Item.DATA_GIGABYTES:
            return quantities.data_gigabytes
    raise AssertionError(f"{item} is charged by the day")


def dated_quantity(
    item: Item,
    spans: Iterable[SpanQuantities],
    terms: Terms,
    wants_route: WantsRoute = every_route,
) -> Fraction:
    """Gives how many units of an item that is charged by the day: minutes or hours, exactly."""
    if item is Item.SUPPORT_HOURS:
        return sum((Fraction(span.support_hours) for span in spans), Fraction(0))
    assert item is Item.MINUTES
    assert terms.duration_tariff is not None
    calls: Counter[int] = Counter()
    for span in spans:
        calls.update(span.calls_of(wants_route))
    return amounts.minutes(billed_seconds(terms.duration_tariff, calls))


def is_used(item: Item, span: SpanQuantities, wants_route: WantsRoute = every_route) -> bool:
    """Tells whether there is anything to charge; calls that were not answered are nothing."""
    if item is Item.SUPPORT_HOURS:
        return bool(span.support_hours)
    return any(span.calls_of(wants_route).keys() - {0})
