"""Plans: prices under a name, in versions that are never edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.price import Price
from services.kit.errors import InvalidRequest, NotFound

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
class PlanVersion:
    """What a plan costs as of one of its versions."""

    key: PlanKey
    display_name: str
    currency_code: str
    prices: Mapping[tuple[Item, CallClass], Price]
    create_time: datetime


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
    return replace(book, prices={**version.prices, **book.prices})
