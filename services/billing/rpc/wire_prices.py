"""Prices of a price book: messages to domain and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, TypeVar, assert_never, get_args

from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.price import Price, PriceModel
from services.billing.domain.price_rules import PriceEntry
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume
from services.billing.rpc.wire_tariffs import (
    amount_from_wire,
    item_from_wire,
    tariff_from_wire,
    tariff_to_wire,
)
from services.kit.errors import FieldViolation, InvalidRequest
from services.kit.money_wire import decimal_to_wire
from veneer.billing.v1 import price_pb2
from veneer.billing.v1.price_book_service_pb2 import PriceBook as WireBook

K = TypeVar("K", str, CallClass)

_Model = Literal["unit_price", "flat_price", "graduated_price", "volume_price", "package_price"]
_MODELS: tuple[_Model, ...] = get_args(_Model)
_Addition = Literal["included_quantity", "minimum_amount"]


def prices_to_wire(prices: Mapping[tuple[Item, CallClass], Price]) -> list[WireBook.Price]:
    """Writes prices in the order of an invoice."""
    return [_price_to_wire(*key, prices[key]) for key in in_order(prices)]


def prices_from_wire(wires: Sequence[WireBook.Price], field: str) -> list[PriceEntry]:
    """Reads prices; refuses what can't be read with INVALID_REQUEST, `field` is the list's name."""
    return [_price_from_wire(wire, f"{field}[{index}]") for index, wire in enumerate(wires)]


def in_order(keys: Iterable[tuple[Item, K]]) -> list[tuple[Item, K]]:
    """Gives keys in the order of an invoice."""
    order = list(Item)
    return sorted(keys, key=lambda key: (order.index(key[0]), key[1]))


def _price_to_wire(item: Item, call_class: CallClass, price: Price) -> WireBook.Price:
    wire = WireBook.Price(
        item=price_pb2.Item.Value(item),
        duration_tariff=tariff_to_wire(price.duration_tariff),
        direction=WireBook.Direction.Value(call_class.direction or "DIRECTION_UNSPECIFIED"),
        zone=call_class.zone,
    )
    if price.included_quantity:
        wire.included_quantity.CopyFrom(decimal_to_wire(price.included_quantity))
    if price.minimum_amount:
        wire.minimum_amount.CopyFrom(decimal_to_wire(price.minimum_amount))
    match price.model:
        case PerUnit(unit_price):
            wire.unit_price.CopyFrom(decimal_to_wire(unit_price))
        case Flat(amount):
            wire.flat_price.CopyFrom(decimal_to_wire(amount))
        case Graduated(tiers):
            wire.graduated_price.CopyFrom(_tiers_to_wire(tiers))
        case Volume(tiers):
            wire.volume_price.CopyFrom(_tiers_to_wire(tiers))
        case Package(size, amount):
            wire.package_price.size.CopyFrom(decimal_to_wire(size))
            wire.package_price.price.CopyFrom(decimal_to_wire(amount))
        case _:
            assert_never(price.model)
    return wire


def _price_from_wire(wire: WireBook.Price, field: str) -> PriceEntry:
    call_class = CallClass(
        direction=WireBook.Direction.Name(wire.direction) if wire.direction else "",
        zone=wire.zone,
    )
    tariff = None
    if wire.HasField("duration_tariff"):
        tariff = tariff_from_wire(wire.duration_tariff, f"{field}.duration_tariff")
    price = Price(
        model=_model_from_wire(wire, field),
        duration_tariff=tariff,
        included_quantity=_optional(wire, "included_quantity", field),
        minimum_amount=_optional(wire, "minimum_amount", field),
    )
    return (item_from_wire(wire.item), call_class), price


def _model_from_wire(wire: WireBook.Price, field: str) -> PriceModel:
    said = [name for name in _MODELS if wire.HasField(name)]
    if not said:
        raise InvalidRequest.at(f"{field}.unit_price", "Is required if there is no other price.")
    if len(said) > 1:
        raise InvalidRequest(
            [
                FieldViolation(f"{field}.{name}", f"Is a price next to {said[0]}.")
                for name in said[1:]
            ]
        )
    where = f"{field}.{said[0]}"
    match said[0]:
        case "unit_price":
            return PerUnit(amount_from_wire(wire.unit_price, where))
        case "flat_price":
            return Flat(amount_from_wire(wire.flat_price, where))
        case "graduated_price":
            return Graduated(_tiers_from_wire(wire.graduated_price, where))
        case "volume_price":
            return Volume(_tiers_from_wire(wire.volume_price, where))
    return Package(
        size=amount_from_wire(wire.package_price.size, f"{where}.size"),
        price=amount_from_wire(wire.package_price.price, f"{where}.price"),
    )


def _optional(wire: WireBook.Price, name: _Addition, field: str) -> Decimal:
    """Reads a decimal that is nothing if it is unset."""
    if not wire.HasField(name):
        return Decimal(0)
    return amount_from_wire(getattr(wire, name), f"{field}.{name}")


def _tiers_from_wire(wire: price_pb2.TieredPrice, field: str) -> tuple[Tier, ...]:
    tiers = []
    for index, tier in enumerate(wire.tiers):
        where = f"{field}.tiers[{index}]"
        up_to = None
        if tier.HasField("up_to_quantity"):
            up_to = amount_from_wire(tier.up_to_quantity, f"{where}.up_to_quantity")
        tiers.append(Tier(up_to, amount_from_wire(tier.unit_price, f"{where}.unit_price")))
    return tuple(tiers)


def _tiers_to_wire(tiers: tuple[Tier, ...]) -> price_pb2.TieredPrice:
    return price_pb2.TieredPrice(
        tiers=[
            price_pb2.TieredPrice.Tier(
                up_to_quantity=(
                    None if tier.up_to_quantity is None else decimal_to_wire(tier.up_to_quantity)
                ),
                unit_price=decimal_to_wire(tier.unit_price),
            )
            for tier in tiers
        ]
    )
