"""A client's own data, to take along, and how it ends its service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import grpc
from starlette.responses import Response, StreamingResponse

from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.calendar import typed_day
from services.gateway.portal.client.export import NEEDED, Export
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import Refusal
from services.kit.rpc.access import PermissionMissing
from veneer.tenancy.v1 import cancellation_service_pb2 as pb

_PATH = "/data"


async def your_data(visit: Visit) -> Response:
    """Shows the page."""
    return await _page(visit)


async def data_pack(visit: Visit) -> Response:
    """Hands out everything as one file, written while it is sent."""
    if not all(map(visit.caller.may, NEEDED)):
        raise PermissionMissing("This needs permission to read everything.")
    pieces = Export(visit).pieces()
    # A refusal comes instead of the first piece, while it can still be told.
    first = await anext(pieces)
    today = await visit.portal.zones.today(visit.site.tenant)
    headers = {name.decode(): value.decode() for name, value in PRIVATE_DATA}
    headers["content-disposition"] = f'attachment; filename="data-{today}.zip"'

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            if piece:
                yield piece

    return StreamingResponse(body(), 200, headers, "application/zip")


async def cancel_service(visit: Visit) -> Response:
    """Cancels the service after the day that was typed."""
    form = await form_of(visit)
    try:
        request = pb.RequestCancellationRequest(
            name=_name(visit),
            last_day=typed_day(form.get("last_day", ""), "last_day"),
            reason=form.get("reason", ""),
            request_id=form.get("request_id", ""),
        )
        stub = visit.services.cancellations
        await stub.RequestCancellation(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(f"{_PATH}#service")


async def keep_service(visit: Visit) -> Response:
    """Takes a cancellation back."""
    form = await form_of(visit)
    request = pb.WithdrawCancellationRequest(
        name=_name(visit), request_id=form.get("request_id", "")
    )
    stub = visit.services.cancellations
    try:
        await stub.WithdrawCancellation(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(f"{_PATH}#service")


async def _page(
    visit: Visit, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response:
    may = visit.caller.may
    cancellation = pb.Cancellation()
    if may("cancellation.read"):
        request = pb.GetCancellationRequest(name=_name(visit))
        stub = visit.services.cancellations
        cancellation = await stub.GetCancellation(request, metadata=visit.metadata)
    today = await visit.portal.zones.today(visit.site.tenant)
    return visit.page(
        "client/your_data.html",
        status=problem.http_status if problem else 200,
        title="Your data",
        cancellation=cancellation,
        is_cancelled=cancellation.state == pb.Cancellation.CANCELLED,
        is_ended=cancellation.state == pb.Cancellation.ENDED,
        is_known=may("cancellation.read"),
        may_take=all(map(may, NEEDED)),
        may_cancel=may("cancellation.write"),
        today=today,
        usual_last_day=_month_end(today),
        request_id=new_request_id,
        problem=problem,
        typed=typed or {},
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _name(visit: Visit) -> str:
    return f"{visit.site.tenant}/cancellation"
