"""Profit and loss of a month over all clients, and what is paid whatever happens."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.calendar import chosen_month, month_choices, typed_day
from services.gateway.portal.console.overheads import (
    as_form,
    latest_overheads,
    typed_fixed_costs,
    typed_support_staff,
)
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.prices import item_name
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem, problem_of
from services.kit.errors import Refusal
from veneer.billing.v1 import overhead_book_service_pb2 as overheads_pb
from veneer.billing.v1 import profit_and_loss_service_pb2 as pb

_PATH = "/profit"


async def profit(visit: Visit) -> Response:
    """Shows the month that was chosen, the present one if none was."""
    return await _page(visit)


async def set_overheads(visit: Visit) -> Response:
    """Says what is paid whatever happens, from a day on."""
    form = await form_of(visit)
    try:
        request = _overheads_request(form)
        await visit.services.overhead_books.CreateOverheadBook(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"{_PATH}?month={form['effective_date'][:7]}")


def _overheads_request(form: dict[str, str]) -> overheads_pb.CreateOverheadBookRequest:
    currency = form.get("currency", "").strip().upper()
    book = overheads_pb.OverheadBook(
        effective_date=typed_day(form.get("effective_date", ""), "effective_date"),
        fixed_costs=typed_fixed_costs(form.get("fixed_costs", ""), currency),
    )
    staff = typed_support_staff(form, currency)
    if staff is not None:
        book.support_staff.CopyFrom(staff)
    return overheads_pb.CreateOverheadBookRequest(
        overhead_book=book, request_id=form.get("request_id", "")
    )


async def _page(
    visit: Visit, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    today = await visit.portal.zones.today(visit.site.tenant)
    month = chosen_month(visit.request.query_params.get("month", ""), today)
    told, missing = await _told(visit, month)
    return visit.page(
        "console/profit.html",
        status=problem.http_status if problem else 200,
        title="Profit and loss",
        month=month,
        months=month_choices(today, month),
        told=told,
        missing=missing,
        item_name=item_name,
        typed=typed or {"effective_date": f"{month}-01", **as_form(await latest_overheads(visit))},
        may_set=visit.caller.may("costs.write"),
        request_id=new_request_id,
        problem=problem,
    )


async def _told(visit: Visit, month: str) -> tuple[pb.ProfitAndLoss | None, str]:
    """Gives the figures, or why there are none."""
    request = pb.GetProfitAndLossRequest(name=f"profitAndLosses/{month}")
    try:
        return await visit.services.profits.GetProfitAndLoss(request, metadata=visit.metadata), ""
    except grpc.aio.AioRpcError as error:
        problem = problem_of(error)
        if problem.http_status != 400:
            raise
        return None, problem.message
