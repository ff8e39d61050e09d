"""Connect fee: so much for each answered call."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from services.billing.domain.rating import price_of_calls
from services.billing.domain.rating.connect_fee import answered, parts
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from tests.support.builders.prices import histograms, said

TARIFF = DurationTariff(Rounding.PER_PERIOD, 60, 60, connect_fee=Decimal("0.005"))


def test_every_answered_call_pays_it_once() -> None:
    """However long it was; a call that nobody answered pays nothing."""
    calls = {0: 70, 1: 2, 3600: 1}

    assert answered(calls) == 3
    assert said(parts(3, Decimal("0.005"))) == [("connect fee", "3", "0.005")]


def test_no_fee_is_no_part() -> None:
    """A line of nothing would only raise questions."""
    assert parts(3, Decimal(0)) == ()


@given(histograms)
def test_fees_come_on_top_of_minutes(calls: dict[int, int]) -> None:
    """Free minutes leave the fees alone."""
    fees = price_of_calls(TARIFF, Decimal(0), calls)

    assert fees == answered(calls) * Fraction("0.005")
