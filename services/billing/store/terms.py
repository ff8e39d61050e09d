"""Rows of terms, as price books and cost books have them alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from services.billing.domain.books import Terms
from services.billing.domain.rating.tariff import DurationTariff, Rounding


def terms_values(terms: Terms) -> dict[str, Any]:
    """Gives the columns of terms."""
    tariff = terms.duration_tariff
    return {
        "unit_amount": terms.unit_amount,
        "rounding": tariff.rounding if tariff else None,
        "first_increment_seconds": tariff.first_increment_seconds if tariff else None,
        "next_increment_seconds": tariff.next_increment_seconds if tariff else None,
    }


def terms_of(row: RowMapping) -> Terms:
    """Reads the columns of terms."""
    if row["rounding"] is None:
        return Terms(row["unit_amount"])
    tariff = DurationTariff(
        Rounding(row["rounding"]), row["first_increment_seconds"], row["next_increment_seconds"]
    )
    return Terms(row["unit_amount"], tariff)
