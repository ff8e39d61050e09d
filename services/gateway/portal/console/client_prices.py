"""A client's price books and the plans it can be put on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id, typed_price
from services.gateway.portal.calendar import typed_day
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.prices import has_come, in_force, price_texts
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, Refusal
from services.kit.money_wire import decimal_to_wire
from veneer.billing.v1 import plan_service_pb2 as plans_pb
from veneer.billing.v1 import price_book_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.billing.v1.price_book_service_pb2 import PriceBook

_BOOKS_SHOWN = 24
_PLANS_READ = 200


async def client_prices(visit: Visit) -> Response:
    """Shows the page."""
    return await _page(visit)


async def create_price_book(visit: Visit) -> Response:
    """Sets new prices from a day on, in place of those of the latest book or by a plan."""
    form = await form_of(visit)
    try:
        book = await _book(visit, form)
        request = pb.CreatePriceBookRequest(
            parent=tenant_name(visit),
            price_book=book,
            request_id=form.get("request_id", ""),
            notice_waived_reason=form.get("notice_waived_reason", "").strip(),
        )
        await visit.services.price_books.CreatePriceBook(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"/clients/{visit.request.path_params['tenant']}/prices")


async def _book(visit: Visit, form: dict[str, str]) -> PriceBook:
    effective = typed_day(form.get("effective_date", ""), "effective_date")
    by_days = form.get("proration") == "BY_DAYS"
    proration = pb.PriceBook.BY_DAYS if by_days else pb.PriceBook.NEXT_MONTH
    if form.get("plan"):
        plan = next((p for p in await _plans(visit) if p.name == form["plan"]), None)
        if plan is None:
            raise InvalidRequest.at("plan", "Must be one of those offered.")
        return pb.PriceBook(
            effective_date=effective,
            proration=proration,
            plan_version=plan.name,
            currency_code=plan.currency_code,
        )
    # By the name of the book that was shown: a newer one may have come in between.
    base = next((b for b in await _books(visit) if b.name == form.get("base")), None)
    if base is None:
        raise InvalidRequest.at("base", "Load the page again: these prices are not known.")
    prices = [_changed(price, f"price_{i}", form) for i, price in enumerate(base.prices, start=1)]
    return pb.PriceBook(
        effective_date=effective,
        proration=proration,
        currency_code=base.currency_code,
        prices=prices,
    )


def _changed(price: PriceBook.Price, name: str, form: dict[str, str]) -> PriceBook.Price:
    """Gives the price as it was typed; one with tiers or packages stays as it is."""
    changed = pb.PriceBook.Price()
    changed.CopyFrom(price)
    for kind in ("unit_price", "flat_price"):
        if price.HasField(kind):
            number = typed_price(form.get(name, ""), name)
            getattr(changed, kind).CopyFrom(decimal_to_wire(number))
    return changed


async def _books(visit: Visit) -> Sequence[PriceBook]:
    request = pb.ListPriceBooksRequest(parent=tenant_name(visit), page_size=_BOOKS_SHOWN)
    answer = await visit.services.price_books.ListPriceBooks(request, metadata=visit.metadata)
    return answer.price_books


async def _plans(visit: Visit) -> Sequence[plans_pb.PlanVersion]:
    request = plans_pb.ListPlanVersionsRequest(page_size=_PLANS_READ)
    answer = await visit.services.plans.ListPlanVersions(request, metadata=visit.metadata)
    return answer.plan_versions


async def _page(
    visit: Visit, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    name = tenant_name(visit)
    tenant = await get_client(visit)
    books, plans = await asyncio.gather(_books(visit), _plans(visit))
    today = await visit.portal.zones.today(name)
    current = in_force(books, today)
    return visit.page(
        "console/client_prices.html",
        status=problem.http_status if problem else 200,
        title=f"Prices of {tenant.display_name}",
        tenant=tenant,
        tenant_id=name.removeprefix("tenants/"),
        books=[(book, price_texts(book), has_come(book, today)) for book in books],
        in_force=current.name if current else "",
        plans=plans,
        earliest=problem.metadata.get("earliest_date", "") if problem else "",
        may_set=visit.caller.may("prices.write"),
        typed=typed or {},
        request_id=new_request_id,
        problem=problem,
    )
