"""The console's first page: what each client brings this month."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from google.type.decimal_pb2 import Decimal as WireDecimal
from starlette.responses import Response

from services.gateway.portal.calendar import chosen_month, month_choices
from services.gateway.portal.console.client import standing
from services.gateway.portal.visit import Visit
from services.kit.money import Money
from services.kit.money_wire import money_from_wire, money_to_wire
from veneer.billing.v1 import margin_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

if TYPE_CHECKING:
    from google.type.money_pb2 import Money as WireMoney

_PAGE_SIZE = 200
_PAGES_MAX = 10


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over clients of one currency."""

    charge: WireMoney
    cost: WireMoney
    profit: WireMoney
    margin_percent: WireDecimal


async def clients(visit: Visit) -> Response:
    """Shows the clients of a month, each one's own month if none was chosen."""
    today = await visit.portal.zones.today(visit.site.tenant)
    asked = visit.request.query_params.get("month", "")
    month = chosen_month(asked, today)
    margins, states = await asyncio.gather(_margins(visit, asked), _states(visit))
    template = "console/clients_table.html" if visit.is_fragment else "console/clients.html"
    return visit.page(
        template,
        title="Clients",
        month=month,
        asked=asked,
        months=month_choices(today, month),
        margins=margins,
        states=states,
        totals=_totals(margins),
        problem_count=sum(1 for margin in margins if margin.problem),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _margins(visit: Visit, month: str) -> list[pb.Margin]:
    margins: list[pb.Margin] = []
    request = pb.ListMarginsRequest(month=month, page_size=_PAGE_SIZE)
    for _ in range(_PAGES_MAX):
        answer = await visit.services.margins.ListMargins(request, metadata=visit.metadata)
        margins += answer.margins
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    return margins


async def _states(visit: Visit) -> dict[str, tuple[str, str]]:
    """Gives how clients stand, by resource name; nothing to who may not see that."""
    states: dict[str, tuple[str, str]] = {}
    request = tenants_pb.ListTenantsRequest(page_size=_PAGE_SIZE)
    for _ in range(_PAGES_MAX if visit.caller.may("tenants.read") else 0):
        answer = await visit.services.tenants.ListTenants(request, metadata=visit.metadata)
        states |= {each.name: standing(each) for each in answer.tenants}
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    return states


def _totals(margins: list[pb.Margin]) -> list[Total]:
    """Adds up by currency; a client whose figures cannot be told is in none of them."""
    told = [margin for margin in margins if not margin.problem]
    currencies = sorted({margin.charge.currency_code for margin in told})
    return [
        _total([each for each in told if each.charge.currency_code == currency], currency)
        for currency in currencies
        if currency
    ]


def _total(margins: list[pb.Margin], currency_code: str) -> Total:
    zero = Money.zero(currency_code)
    charge = sum((money_from_wire(each.charge) for each in margins), zero)
    cost = sum((money_from_wire(each.cost) for each in margins), zero)
    profit = charge - cost
    share = WireDecimal()
    if charge.amount:
        percent = (profit.amount / charge.amount * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        share.value = str(percent)
    return Total(money_to_wire(charge), money_to_wire(cost), money_to_wire(profit), share)
