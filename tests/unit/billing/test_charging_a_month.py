"""A month's quantities become the lines of a bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charges import PriceMissing, charge_lines, total_of
from services.billing.domain.item import Item
from services.kit.money import Money
from tests.support.builders.billing import (
    PER_CALL,
    PRICES,
    a_month,
    a_price_book,
    a_span,
)


def lines_of(*books, quantities):  # type: ignore[no-untyped-def]
    return [
        (line.description, str(line.quantity.normalize()), str(line.unit_price), line.amount)
        for line in charge_lines("abc-solar", books, quantities)
    ]
