"""What a running month comes to if it goes on as it began: a guess, and called one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from services.kit.money import Money
from services.kit.money_wire import money_from_wire, money_to_wire
from veneer.billing.v1 import price_pb2

if TYPE_CHECKING:
    from google.type.money_pb2 import Money as WireMoney

    from veneer.billing.v1.statement_service_pb2 import Statement

# Of fewer days nothing can be said.
_SPAN_MIN: Final = timedelta(days=3)


def forecast(statement: Statement, month: str, zone: ZoneInfo) -> WireMoney | None:
    """Gives the month's total with its minutes drawn on in a straight line, in whole units.

    What is not charged by the minute stays as it is: it is charged for the whole month already.
    None for a month that is over, has just begun, or has no charges.
    """
    first = date.fromisoformat(f"{month}-01")
    # As instants: in their own zone they would be apart by the clock on the wall.
    begin, end = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (first, (first + timedelta(days=31)).replace(day=1))
    )
    now = statement.as_of_time.ToDatetime(tzinfo=UTC)
    if statement.is_final or not begin + _SPAN_MIN <= now < end:
        return None
    lines = [
        (line.item == price_pb2.MINUTES, money_from_wire(line.amount).amount)
        for line in statement.lines
        if line.kind in (line.CHARGE, line.KIND_UNSPECIFIED)
    ]
    charged = sum((amount for _, amount in lines), Decimal(0))
    if charged <= 0:
        return None
    pace = Decimal((end - begin).total_seconds()) / Decimal((now - begin).total_seconds())
    drawn_on = sum((amount * pace if moves else amount for moves, amount in lines), Decimal(0))
    total = money_from_wire(statement.total)
    whole = (total.amount * drawn_on / charged).quantize(Decimal(1), ROUND_HALF_UP)
    return money_to_wire(Money(whole, total.currency_code))
