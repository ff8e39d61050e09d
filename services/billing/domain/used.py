"""How many units of an item were used, in the units that it is charged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from services.billing.domain.item import Item
from services.billing.domain.quantities import Calls, MonthQuantities, SpanQuantities

WantsRoute = Callable[[str], bool]


def monthly_quantity(item: Item, quantities: MonthQuantities) -> Decimal:
    """Gives how many units of an item that is charged by the month."""
    match item:
        case Item.PLATFORM_LICENSE:
            return Decimal(1)
        case Item.DIDS:
            return Decimal(quantities.did_count)
        case Item.DATA_GIGABYTES:
            return quantities.data_gigabytes
        case Item.SETUP_FEE:
            return Decimal(quantities.setup_count)
        case Item.AGENT_SEATS_NAMED:
            return Decimal(quantities.named_seat_count)
        case Item.AGENT_SEATS_PEAK:
            return Decimal(quantities.peak_seat_count)
        case Item.API_CALLS:
            return Decimal(quantities.api_call_count)
    raise AssertionError(f"{item} is charged by the day")


def route_calls(spans: Iterable[SpanQuantities], wants_route: WantsRoute) -> Calls:
    """Gives the calls of several spans on some routes."""
    found: Counter[int] = Counter()
    for span in spans:
        found.update(span.calls_of(wants_route))
    return found


def support_hours(spans: Iterable[SpanQuantities]) -> Fraction:
    """Gives the hours of several spans."""
    return sum((Fraction(span.support_hours) for span in spans), Fraction(0))


def is_used(item: Item, span: SpanQuantities, wants_route: WantsRoute) -> bool:
    """Tells whether there is anything to pay; calls that were not answered are nothing."""
    if item is Item.SUPPORT_HOURS:
        return bool(span.support_hours)
    return any(span.calls_of(wants_route).keys() - {0})
