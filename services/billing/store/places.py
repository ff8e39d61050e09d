"""Places in lists that go backwards in time: an instant, then an id."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, literal, tuple_

Place = tuple[datetime, str]


def before_place(
    query: Select[Any], columns: tuple[Column[Any], Column[Any]], place: Place | None
) -> Select[Any]:
    """Orders a query latest first, and begins it behind `place`."""
    if place is not None:
        instant, identity = columns
        bound = (literal(place[0], instant.type), literal(place[1], identity.type))
        query = query.where(tuple_(*columns) < tuple_(*bound))
    return query.order_by(*(column.desc() for column in columns))
