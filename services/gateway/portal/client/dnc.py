"""The numbers that a client never calls: look one up, add some, take some off."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import grpc
from google.api.httpbody_pb2 import HttpBody
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.telephony.v1 import dnc_service_pb2 as pb

_PATH = "/do-not-call"
_SHOWN = 100
_PIECE_BYTES = 512 * 1024
_WRITTEN_BETWEEN = re.compile(r"[\s().\-/]+")


async def dnc_numbers(visit: Visit) -> Response:
    """Shows the list, and whether a number that was asked for is on it."""
    asked = _WRITTEN_BETWEEN.sub("", visit.request.query_params.get("number", ""))
    return await _page(visit, asked=asked)


async def add_dnc_numbers(visit: Visit) -> Response:
    """Adds what was typed, a number a line: all of it or nothing."""
    form = await form_of(visit)

    async def pieces() -> AsyncIterator[pb.ImportDncNumbersRequest]:
        data = form.get("numbers", "").encode()
        region = form.get("region", "").strip().upper()
        first = pb.ImportDncNumbersRequest(parent=visit.site.tenant, default_region=region)
        first.file.CopyFrom(HttpBody(data=data[:_PIECE_BYTES]))
        yield first
        for start in range(_PIECE_BYTES, len(data), _PIECE_BYTES):
            piece = HttpBody(data=data[start : start + _PIECE_BYTES])
            yield pb.ImportDncNumbersRequest(file=piece)

    try:
        answer = await visit.services.dnc.ImportDncNumbers(pieces(), metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, form, refusal_of(error))
    return await _page(
        visit, done=f"{answer.added_count:,} of {answer.read_count:,} were not there before."
    )


async def remove_dnc_number(visit: Visit) -> Response:
    """Takes one number off: it may be called again."""
    form = await form_of(visit)
    request = pb.RemoveDncNumbersRequest(
        parent=visit.site.tenant,
        phone_numbers=[form.get("number", "")],
        request_id=form.get("request_id", ""),
    )
    try:
        await visit.services.dnc.RemoveDncNumbers(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, problem=refusal_of(error))
    return visit.go_to(_PATH)


async def _page(
    visit: Visit,
    form: dict[str, str] | None = None,
    problem: Problem | None = None,
    asked: str = "",
    done: str = "",
) -> Response:
    request = pb.ListDncNumbersRequest(
        parent=visit.site.tenant,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.dnc.ListDncNumbers(request, metadata=visit.metadata)
    is_there: bool | None = None
    if asked:
        try:
            is_there = await _is_there(visit, asked)
        except grpc.aio.AioRpcError as error:
            problem = refusal_of(error)
    return visit.page(
        "client/dnc.html",
        status=problem.http_status if problem else 200,
        title="Do not call",
        numbers=[each.phone_number for each in answer.dnc_numbers],
        next_page=answer.next_page_token,
        asked=asked,
        is_there=is_there,
        done=done,
        form=form or {},
        problem=problem,
        may_change=visit.caller.may("dnc.write"),
        request_id=new_request_id,
    )


async def _is_there(visit: Visit, number: str) -> bool:
    request = pb.CheckDncNumbersRequest(parent=visit.site.tenant, phone_numbers=[number])
    answer = await visit.services.dnc.CheckDncNumbers(request, metadata=visit.metadata)
    return bool(answer.phone_numbers)
