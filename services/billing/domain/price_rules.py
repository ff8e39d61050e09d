"""What the prices of a new book must be like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import assert_never

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import CallClass
from services.billing.domain.entry_rules import (
    currency_decimals,
    decimal_places,
    of_amount,
    of_book,
    of_class,
    of_currency,
    of_tariff,
)
from services.billing.domain.item import Item
from services.billing.domain.plans import PlanKey, PlanVersion
from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume
from services.kit.errors import FieldViolation, InvalidRequest

PriceEntry = tuple[tuple[Item, CallClass], Price]

_QUANTITY_DECIMALS = 6
_QUANTITY_LIMIT = Decimal(10**12)
_MINIMUM_LIMIT = Decimal(10**12)
_TIERS_MAX = 20
_NAME_MAX = 80
_PLAN = re.compile(r"[a-z][a-z0-9-]{1,30}", re.ASCII)


def check_prices(book: PriceBook | PlanVersion, entries: Sequence[PriceEntry], field: str) -> None:
    """Refuses prices that make no sense, with every violation; `field` is the list's name.

    `entries` are the prices as they were asked for, of which the book has one of each key.
    """
    violations = list(_of_head(book, bool(entries), field))
    seen: set[tuple[Item, CallClass]] = set()
    for index, (key, price) in enumerate(entries):
        where = f"{field}[{index}]"
        if key in seen:
            violations.append(FieldViolation(f"{where}.item", "Is in the book twice."))
        seen.add(key)
        violations += _of_price(key, price, book.currency_code, where)
    if violations:
        raise InvalidRequest(violations)


def _of_head(
    book: PriceBook | PlanVersion, has_prices: bool, field: str
) -> Iterator[FieldViolation]:
    resource = field.rpartition(".")[0]
    if isinstance(book, PlanVersion):
        yield from of_currency(resource, book.currency_code)
        if not _PLAN.fullmatch(book.key.plan):
            wanted = "Must be a lower-case letter, then 1 to 30 such letters, digits and hyphens."
            yield FieldViolation(f"{resource}.plan", wanted)
        if len(book.display_name) > _NAME_MAX:
            yield FieldViolation(f"{resource}.display_name", f"Must be at most {_NAME_MAX} long.")
        return
    yield from of_book(resource, book.effective_date, book.currency_code)
    if book.plan:
        if PlanKey.parse(book.plan) is None:
            wanted = "Must name a version of a plan, for example planVersions/silver.1."
            yield FieldViolation(f"{resource}.plan_version", wanted)
    elif not has_prices:
        yield FieldViolation(field, "Is required if there is no plan.")


def _of_price(
    key: tuple[Item, CallClass], price: Price, currency_code: str, where: str
) -> Iterator[FieldViolation]:
    item, call_class = key
    yield from _of_model(price, where)
    yield from of_tariff(item, price.duration_tariff, f"{where}.duration_tariff")
    if price.included_quantity:
        yield from _of_quantity(price.included_quantity, f"{where}.included_quantity")
        if isinstance(price.model, Flat):
            wanted = "Has no meaning with a flat price, which includes everything."
            yield FieldViolation(f"{where}.included_quantity", wanted)
    yield from _of_minimum(price.minimum_amount, currency_code, f"{where}.minimum_amount")
    yield from of_class(item, call_class, where)


def _of_model(price: Price, where: str) -> Iterator[FieldViolation]:
    match price.model:
        case PerUnit(unit_price):
            yield from of_amount(unit_price, f"{where}.unit_price")
        case Flat(amount):
            yield from of_amount(amount, f"{where}.flat_price")
        case Graduated(tiers):
            yield from _of_tiers(tiers, f"{where}.graduated_price.tiers")
        case Volume(tiers):
            yield from _of_tiers(tiers, f"{where}.volume_price.tiers")
        case Package(size, amount):
            yield from _of_quantity(size, f"{where}.package_price.size")
            yield from of_amount(amount, f"{where}.package_price.price")
        case _:
            assert_never(price.model)


def _of_tiers(tiers: Sequence[Tier], field: str) -> Iterator[FieldViolation]:
    if len(tiers) > _TIERS_MAX:
        yield FieldViolation(field, f"Must be at most {_TIERS_MAX}.")
    above = Decimal(0)
    for index, tier in enumerate(tiers):
        end = f"{field}[{index}].up_to_quantity"
        is_last = index == len(tiers) - 1
        if tier.up_to_quantity is None:
            if not is_last:
                yield FieldViolation(end, "Is required in all tiers but the last.")
        elif is_last:
            yield FieldViolation(end, "Must be unset in the last tier, which has no end.")
        else:
            yield from _of_quantity(tier.up_to_quantity, end)
            if tier.up_to_quantity <= above:
                yield FieldViolation(end, "Must be more than in the tier before.")
            above = tier.up_to_quantity
        yield from of_amount(tier.unit_price, f"{field}[{index}].unit_price")


def _of_quantity(quantity: Decimal, field: str) -> Iterator[FieldViolation]:
    if not 0 < quantity < _QUANTITY_LIMIT:
        yield FieldViolation(field, "Must be more than 0, and less than a million million.")
    elif decimal_places(quantity) > _QUANTITY_DECIMALS:
        yield FieldViolation(field, "Must have at most 6 decimal places.")


def _of_minimum(minimum: Decimal, currency_code: str, field: str) -> Iterator[FieldViolation]:
    decimals = currency_decimals(currency_code)
    if not 0 <= minimum < _MINIMUM_LIMIT:
        yield FieldViolation(field, "Must not be negative, and less than a million million.")
    elif decimals is not None and decimal_places(minimum) > decimals:
        yield FieldViolation(field, "Must be of whole minor units of the currency.")
