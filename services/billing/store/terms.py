"""Rows of terms and their tariffs, as price books and cost books have them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from services.billing.domain.books import Terms
from services.billing.domain.rating.tariff import DurationTariff, Rounding

# Each column with what it holds where there is no tariff.
_NONE: dict[str, Any] = {
    "rounding": None,
    "first_increment_seconds": None,
    "next_increment_seconds": None,
    "free_seconds": 0,
    "minimum_seconds": 0,
    "connect_fee": 0,
}
TARIFF_COLUMNS = tuple(_NONE)


def terms_values(terms: Terms) -> dict[str, Any]:
    """Gives the columns of terms."""
    return {"unit_amount": terms.unit_amount, **tariff_values(terms.duration_tariff)}


def terms_of(row: RowMapping) -> Terms:
    """Reads the columns of terms."""
    return Terms(row["unit_amount"], tariff_of(row))


def tariff_values(tariff: DurationTariff | None) -> dict[str, Any]:
    """Gives the columns of a tariff."""
    if tariff is None:
        return _NONE
    return {name: getattr(tariff, name) for name in TARIFF_COLUMNS}


def tariff_of(row: RowMapping) -> DurationTariff | None:
    """Reads the columns of a tariff."""
    if row["rounding"] is None:
        return None
    rounding, *values = (row[name] for name in TARIFF_COLUMNS)
    return DurationTariff(Rounding(rounding), *values)
