"""What a month with so many clients would come to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import typed_amount, typed_count, typed_number, typed_price
from services.gateway.portal.console.overheads import (
    as_form,
    latest_overheads,
    typed_fixed_costs,
    typed_support_staff,
)
from services.gateway.portal.handling import refusal_of
from services.gateway.portal.prices import item_name
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, Refusal
from services.kit.money_wire import decimal_to_wire
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import profit_and_loss_service_pb2 as pb

_COLUMNS_MAX = 8
# What a client uses; the names of its two fields begin with the word.
USES = (
    ("minutes", price_pb2.MINUTES),
    ("numbers", price_pb2.DIDS),
    ("gigabytes", price_pb2.DATA_GIGABYTES),
    ("support", price_pb2.SUPPORT_HOURS),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One number of clients and what comes of it."""

    client_count: int
    projection: pb.Projection


async def projection(visit: Visit) -> Response:
    """Shows the form, and beneath it what its figures come to; keeps nothing.

    The figures stand in the address, so that a projection can be bookmarked and passed on.
    """
    asked = dict(visit.request.query_params)
    columns: list[Column] = []
    problem: Problem | None = None
    if asked:
        try:
            columns = await _columns(visit, asked)
        except (grpc.aio.AioRpcError, Refusal) as error:
            problem = refusal_of(error)
    return visit.page(
        "console/projection.html",
        status=problem.http_status if problem else 200,
        title="Projection",
        typed=asked or as_form(await latest_overheads(visit)),
        uses=[(name, item_name(item)) for name, item in USES],
        columns=columns,
        problem=problem,
    )


async def _columns(visit: Visit, asked: Mapping[str, str]) -> list[Column]:
    counts = [
        typed_count(each, "clients") for each in asked.get("clients", "").split(",") if each.strip()
    ]
    if not 1 <= len(counts) <= _COLUMNS_MAX:
        raise InvalidRequest.at("clients", f"Must be 1 to {_COLUMNS_MAX} numbers, such as 3, 25.")
    request = _request(asked)
    answers = await asyncio.gather(*(_compute(visit, request, count) for count in counts))
    return [Column(*each) for each in zip(counts, answers, strict=True)]


async def _compute(visit: Visit, request: pb.ComputeProjectionRequest, count: int) -> pb.Projection:
    own = pb.ComputeProjectionRequest(client_count=count)
    own.MergeFrom(request)
    return await visit.services.profits.ComputeProjection(own, metadata=visit.metadata)


def _request(asked: Mapping[str, str]) -> pb.ComputeProjectionRequest:
    currency = asked.get("currency", "").strip().upper()
    revenue = typed_amount(asked.get("revenue", ""), currency, "revenue")
    request = pb.ComputeProjectionRequest(
        revenue_per_client=revenue,
        fixed_costs=typed_fixed_costs(asked.get("fixed_costs", ""), currency),
    )
    for name, item in USES:
        if asked.get(f"{name}_used", "").strip():
            used, cost = f"{name}_used", f"{name}_cost"
            request.client_uses.add(
                item=item,
                quantity=decimal_to_wire(typed_number(asked[used], used)),
                unit_cost=decimal_to_wire(typed_price(asked.get(cost, ""), cost)),
            )
    staff = typed_support_staff(asked, currency)
    if staff is not None:
        request.support_staff.CopyFrom(staff)
    return request
