"""Charges and costs that were split, from the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.billing.domain import amounts
from services.billing.domain.item import Item
from services.billing.domain.margin_cells import Cell
from services.billing.domain.profit_and_loss import percent_of
from services.billing.usecases.query_margins import Breakdown
from services.kit.money import Money
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import margin_service_pb2 as pb
from veneer.billing.v1 import price_pb2

Response = pb.QueryMarginsResponse

# What each group is called in a place.
GROUPS: Mapping[str, str] = {
    "TENANT": "tenant_id",
    "ITEM": "item",
    "ZONE": "zone",
    "CARRIER": "carrier",
    "DAY": "day",
    "MONTH": "month",
}


def breakdown(found: Breakdown, groups: Sequence[str]) -> Response:
    """Writes rows in the order of their groups, then the sums and what rounding has moved."""
    answer = Response(
        problems=[
            Response.Problem(
                tenant=f"tenants/{each.tenant_id}", month=str(each.month), reason=each.reason
            )
            for each in found.problems
        ]
    )
    if found.sums is None:
        return answer
    charge, cost = found.sums
    code = charge.currency_code
    zero = Money.zero(code)
    row_charge, row_cost, calls, seconds = zero, zero, 0, 0
    for key, cell in sorted(found.rows.items(), key=lambda each: _order(each[0])):
        row = _row(cell, code)
        _name(row, dict(zip(groups, key, strict=True)))
        answer.rows.append(row)
        row_charge += amounts.rounded(cell.charge, code)
        row_cost += amounts.rounded(cell.cost, code)
        calls, seconds = calls + cell.call_count, seconds + cell.billable_seconds
    _put(answer.total, charge, cost)
    answer.total.call_count, answer.total.billable_seconds = calls, seconds
    _put(answer.rounding, charge - row_charge, cost - row_cost, with_margin=False)
    return answer


def _row(cell: Cell, code: str) -> Response.Row:
    row = Response.Row(call_count=cell.call_count, billable_seconds=cell.billable_seconds)
    _put(row, amounts.rounded(cell.charge, code), amounts.rounded(cell.cost, code))
    return row


def _put(row: Response.Row, charge: Money, cost: Money, *, with_margin: bool = True) -> None:
    row.charge.CopyFrom(money_to_wire(charge))
    row.cost.CopyFrom(money_to_wire(cost))
    row.profit.CopyFrom(money_to_wire(charge - cost))
    percent = percent_of((charge - cost).amount, charge.amount)
    if with_margin and percent is not None:
        row.margin_percent.CopyFrom(decimal_to_wire(percent))


def _name(row: Response.Row, names: Mapping[str, object]) -> None:
    for group, value in names.items():
        if group == "ITEM":
            row.item = price_pb2.Item.Value(str(value)) if value else price_pb2.ITEM_UNSPECIFIED
        elif group == "TENANT":
            row.tenant = f"tenants/{value}"
        else:
            setattr(row, group.lower(), str(value))


def _order(key: tuple[object, ...]) -> tuple[str, ...]:
    order = list(Item)
    return tuple(
        f"{order.index(each):03}" if isinstance(each, Item) else str(each or "") for each in key
    )
