"""Items, decimals and duration tariffs, as prices and costs have them alike, both ways."""

from __future__ import annotations

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as WireDecimal

from services.billing.domain.item import Item
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.kit.errors import InvalidRequest
from services.kit.money import InvalidDecimal
from services.kit.money_wire import decimal_from_wire, decimal_to_wire
from veneer.billing.v1 import price_pb2
from veneer.billing.v1.price_book_service_pb2 import PriceBook as WireBook


def item_from_wire(number: price_pb2.Item.ValueType) -> Item:
    """Reads an item that the request's validation has seen."""
    return Item(price_pb2.Item.Name(number))


def direction_to_wire(direction: str) -> WireBook.Direction.ValueType:
    """Writes a direction; empty is either way."""
    return WireBook.Direction.Value(direction or "DIRECTION_UNSPECIFIED")


def direction_from_wire(number: WireBook.Direction.ValueType) -> str:
    """Reads a direction that the request's validation has seen; empty is either way."""
    return WireBook.Direction.Name(number) if number else ""


def amount_from_wire(wire: WireDecimal, field: str) -> Decimal:
    """Reads a decimal; refuses what is none, and nothing said, with INVALID_REQUEST at `field`."""
    # A price that was forgotten is not a price of nothing.
    if not wire.value:
        raise InvalidRequest.at(field, "Is required.")
    try:
        return decimal_from_wire(wire)
    except InvalidDecimal as refusal:
        raise InvalidRequest.at(field, refusal.message) from refusal


def tariff_from_wire(wire: price_pb2.DurationTariff, field: str) -> DurationTariff:
    """Reads a tariff; whether it makes sense is the domain's affair."""
    fee = Decimal(0)
    if wire.HasField("connect_fee"):
        fee = amount_from_wire(wire.connect_fee, f"{field}.connect_fee")
    return DurationTariff(
        rounding=Rounding(price_pb2.DurationTariff.Rounding.Name(wire.rounding)),
        first_increment_seconds=wire.first_increment_seconds,
        next_increment_seconds=wire.next_increment_seconds,
        free_seconds=wire.free_seconds,
        minimum_seconds=wire.minimum_seconds,
        connect_fee=fee,
    )


def tariff_to_wire(tariff: DurationTariff | None) -> price_pb2.DurationTariff | None:
    """Writes a tariff, if there is one."""
    if tariff is None:
        return None
    return price_pb2.DurationTariff(
        rounding=price_pb2.DurationTariff.Rounding.Value(tariff.rounding),
        first_increment_seconds=tariff.first_increment_seconds,
        next_increment_seconds=tariff.next_increment_seconds,
        free_seconds=tariff.free_seconds,
        minimum_seconds=tariff.minimum_seconds,
        connect_fee=decimal_to_wire(tariff.connect_fee) if tariff.connect_fee else None,
    )
