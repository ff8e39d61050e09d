"""Books, which the operator alone sees: messages to domain and back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from google.type.decimal_pb2 import Decimal as WireDecimal

from services.billing.domain.book_rules import Entry, check_entries
from services.billing.domain.books import CostBook, PriceBook, Terms
from services.billing.domain.item import Item
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.rpc.wire import date_from_wire, date_to_wire, timestamp
from services.kit.errors import InvalidRequest
from services.kit.money import InvalidDecimal
from services.kit.money_wire import decimal_from_wire, decimal_to_wire
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
        prices=[
            price_books.PriceBook.Price(
                item=price_pb2.Item.Value(item),
                unit_price=decimal_to_wire(book.prices[item].unit_amount),
                duration_tariff=_tariff_to_wire(book.prices[item]),
            )
            for item in Item
            if item in book.prices
        ],
        create_time=timestamp(book.create_time),
    )


def price_book_from_wire(wire: price_books.PriceBook, tenant_id: str, now: datetime) -> PriceBook:
    """Reads a new price book; refuses one that makes no sense with INVALID_REQUEST."""
    effective_date = date_from_wire(wire.effective_date)
    entries = []
    for index, price in enumerate(wire.prices):
        amount = _amount(price.unit_price, f"price_book.prices[{index}].unit_price")
        entries.append(Entry(_item(price.item), _terms(amount, price), "unit_price"))
    check_entries(effective_date, wire.currency_code, entries, "price_book.prices")
    prices = {entry.item: entry.terms for entry in entries}
    return PriceBook(tenant_id, effective_date, wire.currency_code, prices, now)


def cost_book(book: CostBook) -> cost_books.CostBook:
    """Writes a cost book."""
    order = list(Item)
    keys = sorted(book.costs, key=lambda key: (order.index(key[0]), key[1]))
    return cost_books.CostBook(
        name=f"costBooks/{book.effective_date.isoformat()}",
        effective_date=date_to_wire(book.effective_date),
        currency_code=book.currency_code,
        costs=[
            cost_books.CostBook.Cost(
                item=price_pb2.Item.Value(item),
                unit_cost=decimal_to_wire(book.costs[item, route].unit_amount),
                duration_tariff=_tariff_to_wire(book.costs[item, route]),
                route=f"{_ROUTES}{route}" if route else "",
            )
            for item, route in keys
        ],
        create_time=timestamp(book.create_time),
    )


def cost_book_from_wire(wire: cost_books.CostBook, now: datetime) -> CostBook:
    """Reads a new cost book; refuses one that makes no sense with INVALID_REQUEST."""
    effective_date = date_from_wire(wire.effective_date)
    entries = []
    for index, cost in enumerate(wire.costs):
        amount = _amount(cost.unit_cost, f"cost_book.costs[{index}].unit_cost")
        route = _route(cost.route, f"cost_book.costs[{index}].route")
        entries.append(Entry(_item(cost.item), _terms(amount, cost), "unit_cost", route))
    check_entries(effective_date, wire.currency_code, entries, "cost_book.costs")
    costs = {(entry.item, entry.route): entry.terms for entry in entries}
    return CostBook(effective_date, wire.currency_code, costs, now)


def _item(number: price_pb2.Item.ValueType) -> Item:
    return Item(price_pb2.Item.Name(number))


def _amount(wire: WireDecimal, field: str) -> Decimal:
    # A price that was forgotten is not a price of nothing.
    if not wire.value:
        raise InvalidRequest.at(field, "Is required.")
    try:
        return decimal_from_wire(wire)
    except InvalidDecimal as refusal:
        raise InvalidRequest.at(field, refusal.message) from refusal


def _route(name: str, field: str) -> str:
    route = name.removeprefix(_ROUTES)
    if name and (route == name or not route or "/" in route):
        raise InvalidRequest.at(field, "Must be of the form routes/{route}.")
    return route


def _terms(amount: Decimal, wire: price_books.PriceBook.Price | cost_books.CostBook.Cost) -> Terms:
    if not wire.HasField("duration_tariff"):
        return Terms(amount)
    tariff = wire.duration_tariff
    rounding = Rounding(price_pb2.DurationTariff.Rounding.Name(tariff.rounding))
    return Terms(
        amount,
        DurationTariff(rounding, tariff.first_increment_seconds, tariff.next_increment_seconds),
    )


def _tariff_to_wire(terms: Terms) -> price_pb2.DurationTariff | None:
    tariff = terms.duration_tariff
    if tariff is None:
        return None
    return price_pb2.DurationTariff(
        rounding=price_pb2.DurationTariff.Rounding.Value(tariff.rounding),
        first_increment_seconds=tariff.first_increment_seconds,
        next_increment_seconds=tariff.next_increment_seconds,
    )
