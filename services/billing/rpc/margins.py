"""MarginService: charges against costs, for the operator's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services.billing.domain.margin import Margin, MarginLine
from services.billing.domain.month import Month
from services.billing.rpc import pages
from services.billing.rpc.names import MarginName
from services.billing.rpc.wire import timestamp
from services.billing.rpc.wire_breakdowns import GROUPS, breakdown
from services.billing.usecases import Desk
from services.billing.usecases.query_margins import query_margins
from services.billing.usecases.tell_margins import tell_margin, tell_margins
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.errors import InvalidRequest
from services.kit.money_wire import decimal_to_wire, money_to_wire
from veneer.billing.v1 import margin_service_pb2 as pb
from veneer.billing.v1 import margin_service_pb2_grpc as rpc
from veneer.billing.v1 import price_pb2

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_MONTHS_MAX: Final = 12


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
            entry
            for entry in await self._desk.directory.operators_clients()
            if entry.tenant_id > after
        ]
        page, token = pages.cut(request, clients, size, lambda entry: entry.tenant_id)
        now = self._desk.clock.now()
        asked = [
            (entry, month or Month.current(now, entry.time_zone, entry.billing_anchor_day))
            for entry in page
        ]
        margins = await tell_margins(self._desk, asked)
        return pb.ListMarginsResponse(margins=map(_margin, margins), next_page_token=token)

    async def QueryMargins(
        self, request: pb.QueryMarginsRequest, context: Context
    ) -> pb.QueryMarginsResponse:
        months = _months(request)
        groups = list(dict.fromkeys(map(pb.QueryMarginsRequest.Group.Name, request.group_by)))
        tenant_id = tenant_id_of(request.tenant, "tenant") if request.tenant else ""
        if "DAY" in groups and not (tenant_id and len(months) == 1):
            raise InvalidRequest.at("group_by", "By DAY it is one client and one month.")
        names = [GROUPS[group] for group in groups]
        found = await query_margins(self._desk, tenant_id, months, names)
        return breakdown(found, groups)


def _months(request: pb.QueryMarginsRequest) -> list[Month]:
    first = Month.parse(request.start_month, "start_month")
    last = Month.parse(request.end_month, "end_month") if request.end_month else first
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= _MONTHS_MAX:
        wanted = f"Must be the first month, or at most {_MONTHS_MAX - 1} months later."
        raise InvalidRequest.at("end_month", wanted)
    return [
        Month.parse(f"{first.year + index // 12:04}-{index % 12 + 1:02}", "end_month")
        for index in range(first.month - 1, first.month - 1 + count)
    ]


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
        item=price_pb2.Item.Value(line.item) if line.item else price_pb2.ITEM_UNSPECIFIED,
        quantity=decimal_to_wire(line.quantity),
        charge=money_to_wire(line.charge),
        cost_quantity=decimal_to_wire(line.cost_quantity),
        cost=money_to_wire(line.cost),
        profit=money_to_wire(line.profit),
    )
