"""MarginService: charges against costs, for the operator's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.margin import Margin, MarginLine
from services.billing.domain.month import Month
from services.billing.rpc import pages
from services.billing.rpc.names import MarginName
from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.tell_margins import tell_margin, tell_margins
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import margin_service_pb2 as pb
from veneer.billing.v1 import margin_service_pb2_grpc as rpc
from veneer.billing.v1 import price_pb2

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class MarginService(rpc.MarginServiceServicer):
    """veneer.billing.v1.MarginService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetMargin(self, request: pb.GetMarginRequest, context: Context) -> pb.Margin:
        name = MarginName.parse(request.name)
        month = Month.parse(name.margin, "name")
        tenant_id = possible_tenant_id(name.tenant, request.name)
        return _margin(await tell_margin(self._desk, tenant_id, month))

    async def ListMargins(
        self, request: pb.ListMarginsRequest, context: Context
    ) -> pb.ListMarginsResponse:
        size = page_token.page_size(request, 50, 200)
        after = pages.text_cursor(request)
        month = Month.parse(request.month, "month") if request.month else None
        clients = [
            entry for entry in await self._desk.directory.clients() if entry.tenant_id > after
        ]
        page, token = pages.cut(request, clients, size, lambda entry: entry.tenant_id)
        now = self._desk.clock.now()
        asked = [(entry, month or Month.current(now, entry.time_zone)) for entry in page]
        margins = await tell_margins(self._desk, asked)
        return pb.ListMarginsResponse(margins=map(_margin, margins), next_page_token=token)


def _margin(margin: Margin) -> pb.Margin:
    wire = pb.Margin(
        name=f"tenants/{margin.tenant_id}/margins/{margin.month}",
        tenant_display_name=margin.tenant_display_name,
        problem=margin.problem,
        as_of_time=timestamp(margin.as_of_time),
    )
    if margin.earnings is not None:
        earnings = margin.earnings
        wire.lines.extend(map(_line, earnings.lines))
        wire.charge.CopyFrom(money_to_wire(earnings.charge))
        wire.cost.CopyFrom(money_to_wire(earnings.cost))
        wire.profit.CopyFrom(money_to_wire(earnings.profit))
        if earnings.margin_percent is not None:
            wire.margin_percent.CopyFrom(decimal_to_wire(earnings.margin_percent))
    return wire


def _line(line: MarginLine) -> pb.Margin.Line:
    return pb.Margin.Line(
        item=price_pb2.Item.Value(line.item),
        quantity=decimal_to_wire(line.quantity),
        charge=money_to_wire(line.charge),
        cost_quantity=decimal_to_wire(line.cost_quantity),
        cost=money_to_wire(line.cost),
        profit=money_to_wire(line.profit),
    )
