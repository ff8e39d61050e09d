"""Numbers in stock: what clients can order, and what they hold."""

from __future__ import annotations

import re
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.console.routes import carrier_names, client_names
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, NotFound, Refusal
from veneer.telephony.v1 import stock_number_service_pb2 as pb

_PATH = "/stock"
_SHOWN = 100
_BETWEEN: Final = re.compile(r"[\s().\-/]+")
_NUMBER: Final = re.compile(r"\+?[1-9][0-9]{6,14}\Z", re.ASCII)
STATES: Final[dict[int, tuple[str, str]]] = {
    pb.StockNumber.AVAILABLE: ("can be ordered", "good"),
    pb.StockNumber.HELD: ("held", ""),
    pb.StockNumber.QUARANTINED: ("rests", ""),
}


async def stock(visit: Visit) -> Response:
    """Shows the stock, and the form that adds to it."""
    return await _page(visit, {})


async def add_stock(visit: Visit) -> Response:
    """Adds numbers of a carrier, one a line."""
    form = await form_of(visit)
    try:
        request = pb.CreateStockNumbersRequest(
            carrier=form.get("carrier", ""),
            phone_numbers=_numbers(form.get("numbers", "")),
            request_id=form.get("request_id", ""),
        )
        told = await visit.services.stock.CreateStockNumbers(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"{_PATH}?added={told.created_count}")


async def delete_stock(visit: Visit) -> Response:
    """Takes a number out of stock."""
    await form_of(visit)
    number = visit.request.path_params["number"]
    if not _NUMBER.match(number):
        raise NotFound(resource=number[:80])
    request = pb.DeleteStockNumberRequest(name=f"stockNumbers/{number}")
    try:
        await visit.services.stock.DeleteStockNumber(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, {}, refusal_of(error))
    return visit.go_to(_PATH)


def _numbers(text: str) -> list[str]:
    """Reads a number a line; each has its country code."""
    found = []
    for line, typed in enumerate(text.splitlines(), start=1):
        bare = _BETWEEN.sub("", typed)
        if not bare:
            continue
        if not _NUMBER.match(bare):
            raise InvalidRequest.at(
                "numbers", f"Line {line} is no number with a country code, such as +13125550123."
            )
        found.append(f"+{bare.lstrip('+')}")
    return found


async def _page(visit: Visit, form: dict[str, str], problem: Problem | None = None) -> Response:
    asked = visit.request.query_params
    prefix = _BETWEEN.sub("", asked.get("prefix", ""))
    request = pb.ListStockNumbersRequest(
        page_size=_SHOWN, page_token=asked.get("page", ""), prefix=prefix
    )
    answer = await visit.services.stock.ListStockNumbers(request, metadata=visit.metadata)
    added = asked.get("added", "")
    return visit.page(
        "console/stock.html",
        status=problem.http_status if problem else 200,
        title="Number stock",
        numbers=answer.stock_numbers,
        next_page=answer.next_page_token,
        prefix=prefix,
        added=int(added) if added.isdecimal() else None,
        states=STATES,
        available=pb.StockNumber.AVAILABLE,
        carriers=await carrier_names(visit),
        clients=await client_names(visit),
        may_change=visit.caller.may("stock.write"),
        form=form,
        problem=problem,
        request_id=new_request_id,
    )
