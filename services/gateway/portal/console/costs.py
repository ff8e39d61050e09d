"""What carriers are paid: cost books, and rate sheets with what they would change."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id, typed_count, typed_number
from services.gateway.portal.calendar import typed_day
from services.gateway.portal.console.cost_texts import ChangeText, change_texts, class_text
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import Refusal
from services.kit.money_wire import decimal_to_wire
from veneer.billing.v1 import cost_book_service_pb2 as books_pb
from veneer.billing.v1 import rate_sheet_service_pb2 as pb

_PATH = "/costs"
_BOOKS_SHOWN = 50


async def costs(visit: Visit) -> Response:
    """Shows the cost books and the form for a sheet."""
    return await _page(visit, {})


async def import_rate_sheet(visit: Visit) -> Response:
    """Shows what a sheet would change; takes it if that was pressed after looking."""
    form = await form_of(visit)
    is_taking = form.get("take") == "1"
    try:
        request = _request(form)
        request.validate_only = not is_taking
        answer = await visit.services.rate_sheets.ImportRateSheet(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, problem=refusal_of(error))
    if is_taking and not answer.bad_rows:
        return visit.go_to(f"{_PATH}#books")
    return await _page(visit, form, told=answer)


def _request(form: dict[str, str]) -> pb.ImportRateSheetRequest:
    request = pb.ImportRateSheetRequest(
        carrier=form.get("carrier", "").strip(),
        csv=form.get("sheet", "").encode(),
        currency_code=form.get("currency", "").strip().upper(),
        keep_unnamed=form.get("keep_unnamed") == "1",
        allow_loss=form.get("allow_loss") == "1",
        request_id=form.get("request_id", ""),
    )
    if form.get("effective_date", "").strip():
        request.effective_date.CopyFrom(typed_day(form["effective_date"], "effective_date"))
    if form.get("increments", "").strip():
        first, _, following = form["increments"].partition("/")
        request.increments.first_seconds = typed_count(first, "increments")
        request.increments.next_seconds = typed_count(following or first, "increments")
    if form.get("keep_margin_percent", "").strip():
        margin = typed_number(form["keep_margin_percent"], "keep_margin_percent")
        request.keep_margin_percent.CopyFrom(decimal_to_wire(margin))
    return request


async def _page(
    visit: Visit,
    typed: dict[str, str],
    told: pb.ImportRateSheetResponse | None = None,
    problem: Problem | None = None,
) -> Response:
    answer = await visit.services.cost_books.ListCostBooks(
        books_pb.ListCostBooksRequest(page_size=_BOOKS_SHOWN), metadata=visit.metadata
    )
    bad = told is not None and bool(told.bad_rows)
    changes: list[ChangeText] = change_texts(told) if told else []
    return visit.page(
        "console/costs.html",
        status=problem.http_status if problem else 400 if bad else 200,
        title="Costs",
        books=answer.cost_books,
        told=told,
        changes=changes,
        class_text=class_text,
        may_import=visit.caller.may("costs.write"),
        typed=typed,
        request_id=new_request_id,
        problem=problem,
    )
