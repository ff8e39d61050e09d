"""Books, which the operator alone sees: messages to domain and back."""

from __future__ import annotations

from datetime import datetime

from services.billing.domain.book_rules import CostEntry, check_costs
from services.billing.domain.books import CostBook, CostKey, PriceBook, Proration, Terms
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.price_rules import check_prices
from services.billing.domain.route_carrier import checked_carrier
from services.billing.rpc.names import PlanVersionName
from services.billing.rpc.wire import date_from_wire, date_to_wire, timestamp
from services.billing.rpc.wire_prices import prices_from_wire, prices_to_wire
from services.billing.rpc.wire_tariffs import (
    amount_from_wire,
    direction_from_wire,
    direction_to_wire,
    item_from_wire,
    tariff_from_wire,
    tariff_to_wire,
)
from services.kit.errors import InvalidRequest
from services.kit.money_wire import decimal_to_wire
from veneer.billing.v1 import cost_book_service_pb2 as cost_books
from veneer.billing.v1 import price_book_service_pb2 as price_books
from veneer.billing.v1 import price_pb2

_ROUTES = "routes/"


def price_book(book: PriceBook) -> price_books.PriceBook:
    """Writes a price book."""
    return price_books.PriceBook(
        name=f"tenants/{book.tenant_id}/priceBooks/{book.effective_date.isoformat()}",
        effective_date=date_to_wire(book.effective_date),
        currency_code=book.currency_code,
        prices=prices_to_wire(book.prices),
        create_time=timestamp(book.create_time),
        proration=price_books.PriceBook.Proration.Value(book.proration),
        plan_version=str(PlanVersionName(book.plan)) if book.plan else "",
    )


def price_book_from_wire(wire: price_books.PriceBook, tenant_id: str, now: datetime) -> PriceBook:
    """Reads a new price book; refuses one that makes no sense with INVALID_REQUEST."""
    entries = prices_from_wire(wire.prices, "price_book.prices")
    proration = wire.proration or price_books.PriceBook.NEXT_MONTH
    book = PriceBook(
        tenant_id=tenant_id,
        effective_date=date_from_wire(wire.effective_date),
        currency_code=wire.currency_code,
        prices=dict(entries),
        create_time=now,
        proration=Proration(price_books.PriceBook.Proration.Name(proration)),
        plan=_plan(wire.plan_version),
    )
    check_prices(book, entries, "price_book.prices")
    return book


def cost_book(book: CostBook) -> cost_books.CostBook:
    """Writes a cost book."""
    return cost_books.CostBook(
        name=f"costBooks/{cost_book_id(book)}",
        effective_date=date_to_wire(book.effective_date),
        currency_code=book.currency_code,
        costs=[cost(key, terms) for key, terms in sorted(book.costs.items(), key=_place)],
        create_time=timestamp(book.create_time),
        carrier=book.carrier,
    )


def cost_book_id(book: CostBook) -> str:
    """Gives the id of a cost book, which says whose it is and from when on."""
    day = book.effective_date.isoformat()
    return f"{book.carrier}.{day}" if book.carrier else day


def cost(key: CostKey, terms: Terms) -> cost_books.CostBook.Cost:
    """Writes one cost of a book."""
    return cost_books.CostBook.Cost(
        item=price_pb2.Item.Value(key.item),
        unit_cost=decimal_to_wire(terms.unit_amount),
        duration_tariff=tariff_to_wire(terms.duration_tariff),
        route=f"{_ROUTES}{key.route}" if key.route else "",
        direction=direction_to_wire(key.calls.direction),
        zone=key.calls.zone,
    )


def cost_book_from_wire(wire: cost_books.CostBook, now: datetime) -> CostBook:
    """Reads a new cost book; refuses one that makes no sense with INVALID_REQUEST."""
    entries = [
        _cost_from_wire(cost, f"cost_book.costs[{index}]") for index, cost in enumerate(wire.costs)
    ]
    effective_date = date_from_wire(wire.effective_date)
    carrier = checked_carrier(wire.carrier, "cost_book.carrier") if wire.carrier else ""
    book = CostBook(effective_date, wire.currency_code, dict(entries), now, carrier)
    check_costs(book, entries, "cost_book.costs")
    return book


def _cost_from_wire(wire: cost_books.CostBook.Cost, field: str) -> CostEntry:
    amount = amount_from_wire(wire.unit_cost, f"{field}.unit_cost")
    route = _route(wire.route, f"{field}.route")
    calls = CallClass(direction_from_wire(wire.direction), wire.zone)
    tariff = None
    if wire.HasField("duration_tariff"):
        tariff = tariff_from_wire(wire.duration_tariff, f"{field}.duration_tariff")
    return CostKey(item_from_wire(wire.item), route, calls), Terms(amount, tariff)


def _place(entry: tuple[CostKey, Terms]) -> tuple[int, CostKey]:
    return list(Item).index(entry[0].item), entry[0]


def _plan(name: str) -> str:
    return PlanVersionName.parse(name, "price_book.plan_version").plan_version if name else ""


def _route(name: str, field: str) -> str:
    route = name.removeprefix(_ROUTES)
    if name and (route == name or not route or "/" in route):
        raise InvalidRequest.at(field, "Must be of the form routes/{route}.")
    return route
