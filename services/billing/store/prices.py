"""Rows of prices: each price model with the columns that it needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_never

from sqlalchemy import RowMapping

from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.price import Price, PriceModel
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume
from services.billing.store.terms import tariff_of, tariff_values
from services.kit.money import decimal_text

Key = tuple[Item, CallClass]


def price_values(key: Key, price: Price) -> dict[str, Any]:
    """Gives the columns of a price."""
    item, call_class = key
    return {
        "item": item,
        "direction": call_class.direction,
        "zone": call_class.zone,
        "included_quantity": price.included_quantity,
        "minimum_amount": price.minimum_amount,
        **_model_values(price.model),
        **tariff_values(price.duration_tariff),
    }


def price_of(row: RowMapping) -> tuple[Key, Price]:
    """Reads the columns of a price."""
    key = Item(row["item"]), CallClass(row["direction"], row["zone"])
    return key, Price(
        model=_model_of(row),
        duration_tariff=tariff_of(row),
        included_quantity=row["included_quantity"],
        minimum_amount=row["minimum_amount"],
    )


def _model_values(model: PriceModel) -> dict[str, Any]:
    match model:
        case PerUnit(unit_price):
            return _columns("PER_UNIT", unit_amount=unit_price)
        case Flat(price):
            return _columns("FLAT", unit_amount=price)
        case Graduated(tiers):
            return _columns("GRADUATED", tiers=_tiers_values(tiers))
        case Volume(tiers):
            return _columns("VOLUME", tiers=_tiers_values(tiers))
        case Package(size, price):
            return _columns("PACKAGE", unit_amount=price, package_size=size)
    assert_never(model)


def _columns(model: str, **values: Any) -> dict[str, Any]:
    # All rows of one insert name the same columns.
    return {"model": model, "unit_amount": None, "package_size": None, "tiers": None, **values}


def _model_of(row: RowMapping) -> PriceModel:
    match row["model"]:
        case "PER_UNIT":
            return PerUnit(row["unit_amount"])
        case "FLAT":
            return Flat(row["unit_amount"])
        case "GRADUATED":
            return Graduated(_tiers_of(row["tiers"]))
        case "VOLUME":
            return Volume(_tiers_of(row["tiers"]))
        case "PACKAGE":
            return Package(row["package_size"], row["unit_amount"])
    raise AssertionError(f"no price model: {row['model']}")


def _tiers_values(tiers: tuple[Tier, ...]) -> list[list[str | None]]:
    return [
        [
            None if tier.up_to_quantity is None else decimal_text(tier.up_to_quantity),
            decimal_text(tier.unit_price),
        ]
        for tier in tiers
    ]


def _tiers_of(values: list[tuple[str | None, str]]) -> tuple[Tier, ...]:
    return tuple(
        Tier(None if up_to is None else Decimal(up_to), Decimal(unit_price))
        for up_to, unit_price in values
    )
