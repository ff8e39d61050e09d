"""Plans: prices under a name, in versions that are never edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import NamedTuple, Self

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.price import Price
from services.kit.errors import FieldViolation, InvalidRequest, NotFound

_LIMIT_MAX = 1_000_000
_KEY = re.compile(r"([a-z][a-z0-9-]{1,30})\.([1-9][0-9]{0,8})", re.ASCII)


class PlanKey(NamedTuple):
    """A plan and one of its versions, from 1 on."""

    plan: str
    version: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Reads `silver.2`; None if it is nothing of the kind."""
        found = _KEY.fullmatch(text)
        return cls(found[1], int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.plan}.{self.version}"


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """What a client on a plan may use at once; None is without limit."""

    max_concurrent_calls: int | None = None
    max_agents: int | None = None
    max_campaigns: int | None = None
    max_dids: int | None = None
    max_storage_gigabytes: int | None = None


LIMIT_NAMES = tuple(each.name for each in fields(PlanLimits))


def checked_limits(limits: PlanLimits, field: str) -> PlanLimits:
    """Gives them back, or refuses what cannot be a limit, each at its field."""
    violations = [
        FieldViolation(f"{field}.{name}", f"Must be 0 to {_LIMIT_MAX:,}.")
        for name in LIMIT_NAMES
        if (value := getattr(limits, name)) is not None and not 0 <= value <= _LIMIT_MAX
    ]
    if violations:
        raise InvalidRequest(violations)
    return limits


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """What a plan costs as of one of its versions."""

    key: PlanKey
    display_name: str
    currency_code: str
    prices: Mapping[tuple[Item, CallClass], Price]
    create_time: datetime
    limits: PlanLimits = PlanLimits()


def based_on(version: PlanVersion | None, book: PriceBook) -> PriceBook:
    """Gives the book with the plan's prices and its own in place of some.

    The book holds them all from now on, so a newer version of the plan changes nothing in it.
    Refuses with RESOURCE_NOT_FOUND if there is no such version, and with INVALID_REQUEST if it
    is of another currency.
    """
    if version is None:
        raise NotFound(resource=f"planVersions/{book.plan}")
    if version.currency_code != book.currency_code:
        wanted = f"Must be {version.currency_code}, as in the plan."
        raise InvalidRequest.at("price_book.currency_code", wanted)
    prices = {**version.prices, **book.prices}
    if not prices:
        wanted = "Must be there: the plan has no prices of its own."
        raise InvalidRequest.at("price_book.prices", wanted)
    return replace(book, prices=prices)
