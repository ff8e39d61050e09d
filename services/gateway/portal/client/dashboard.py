"""The first page: what the month has come to so far."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import grpc
from starlette.responses import Response

from services.gateway.portal.calendar import chosen_month, month_choices, month_of
from services.gateway.portal.client.agreement import waits_for_agreement
from services.gateway.portal.client.forecast import forecast
from services.gateway.portal.client.price_notices import open_notices
from services.gateway.portal.client.standing import standing
from services.gateway.portal.figures import amount, plain, unit_price
from services.gateway.portal.usage_chart import usage_chart
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import problem_of
from services.kit.money_wire import decimal_from_wire, money_from_wire, money_to_wire
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import statement_service_pb2 as statements_pb
from veneer.usage.v1 import usage_summary_service_pb2 as summaries_pb

if TYPE_CHECKING:
    from google.type.money_pb2 import Money

    from veneer.billing.v1.price_notice_service_pb2 import PriceNotice
    from veneer.billing.v1.statement_service_pb2 import ChargeLine, Statement
    from veneer.usage.v1.usage_summary_service_pb2 import UsageSummary

# What cannot be charged cannot be told either.
_NOT_PRICED = frozenset({"PRICE_MISSING", "TAX_PLACE_MISSING", "TAX_RATE_MISSING"})


@dataclass(frozen=True, slots=True)
class CardForm:
    """How one item is shown. `unit` is what its lines call the unit that the figure counts."""

    item: int
    label: str
    figure_unit: str
    per: str
    unit: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of the dashboard, as text."""

    label: str
    figure: str
    figure_unit: str
    rate: str
    amount: str


# In the order in which a client looks at them, which is not that of an invoice.
_CARDS = (
    CardForm(price_pb2.MINUTES, "Minutes", "minutes", "/min", "minute"),
    CardForm(price_pb2.DIDS, "Phone numbers", "active", " each", "number"),
    CardForm(price_pb2.PLATFORM_LICENSE, "Platform fee", "", "monthly", "month"),
    CardForm(price_pb2.DATA_GIGABYTES, "Data", "GB stored", "/GB", "gigabyte"),
    CardForm(price_pb2.SUPPORT_HOURS, "Support", "hours", "/hour", "hour"),
)
_ALWAYS_SHOWN = (price_pb2.MINUTES, price_pb2.DIDS, price_pb2.PLATFORM_LICENSE)


async def dashboard(visit: Visit) -> Response:
    """Shows the whole page, or only its figures to the script that keeps them fresh."""
    if not visit.caller.may("invoices.read"):
        # Who runs the dialer sees nothing of money, and begins where it works.
        return visit.go_to("/live")
    tenant = visit.site.tenant
    zone = await visit.portal.zones.of(tenant)
    today = await visit.portal.zones.today(tenant)
    month = chosen_month(visit.request.query_params.get("month", ""), today)
    summary, statement, notices, asks_to_accept = await asyncio.gather(
        _summary(visit, month),
        month_statement(visit, month),
        _notices(visit),
        _asks_to_accept(visit),
    )
    is_current = month == month_of(today)
    template = "client/figures.html" if visit.is_fragment else "client/dashboard.html"
    return visit.page(
        template,
        title="Dashboard",
        month=month,
        months=month_choices(today, month),
        is_current=is_current,
        uses=await standing(visit, statement) if is_current else [],
        forecast=forecast(statement, month, zone) if statement and is_current else None,
        cards=_cards(statement, summary),
        statement=statement,
        summary=summary,
        chart=usage_chart(summary, month, today),
        zone=zone,
        open_notices=notices,
        asks_to_accept=asks_to_accept,
        may_acknowledge=visit.caller.may("priceNotices.write"),
    )


async def _notices(visit: Visit) -> Sequence[PriceNotice]:
    """What is told above the figures, which a script keeps fresh by themselves."""
    return () if visit.is_fragment else await open_notices(visit)


async def _asks_to_accept(visit: Visit) -> bool:
    return not visit.is_fragment and await waits_for_agreement(visit)


async def _summary(visit: Visit, month: str) -> UsageSummary:
    request = summaries_pb.GetUsageSummaryRequest(
        name=f"{visit.site.tenant}/usageSummaries/{month}"
    )
    return await visit.services.summaries.GetUsageSummary(request, metadata=visit.metadata)


async def month_statement(visit: Visit, month: str) -> Statement | None:
    """Gives what a month has come to; None if something used has no price."""
    request = statements_pb.GetStatementRequest(name=f"{visit.site.tenant}/statements/{month}")
    try:
        return await visit.services.statements.GetStatement(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        if problem_of(error).reason in _NOT_PRICED:
            return None
        raise


def _cards(statement: Statement | None, summary: UsageSummary) -> list[Card]:
    lines: Sequence[ChargeLine] = statement.lines if statement else ()
    cards = []
    for form in _CARDS:
        charged = [line for line in lines if line.item == form.item]
        if charged:
            cards.append(_card(form, charged))
        elif form.item in _ALWAYS_SHOWN:
            figure = _measured(form.item, summary)
            cards.append(Card(form.label, figure, form.figure_unit, "", ""))
    return cards


def _card(form: CardForm, lines: Sequence[ChargeLine]) -> Card:
    """Adds up an item's lines; fees by the call are in the amount, but are no minutes."""
    total = amount(_sum(lines))
    if not form.figure_unit:
        return Card(form.label, total, "", form.per, total)
    measured = [line for line in lines if line.unit == form.unit]
    quantity = sum((decimal_from_wire(line.quantity) for line in measured), Decimal(0))
    rates = {unit_price(line.unit_price, line.amount.currency_code) for line in lines}
    rate = f"@ {rates.pop()}{form.per}" if len(rates) == 1 else "at several prices"
    return Card(form.label, plain(quantity), form.figure_unit, rate, total)


def _sum(lines: Sequence[ChargeLine]) -> Money:
    amounts = [money_from_wire(line.amount) for line in lines]
    return money_to_wire(sum(amounts[1:], amounts[0]))


def _measured(item: int, summary: UsageSummary) -> str:
    if item == price_pb2.MINUTES:
        return plain(-(-summary.billable_seconds // 60))
    return plain(summary.did_count) if item == price_pb2.DIDS else "\N{EM DASH}"
