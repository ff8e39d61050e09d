"""What holds for every price, whatever its model."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.amounts import minutes
from services.billing.domain.charges import charge_lines, total_of
from services.billing.domain.item import Item
from services.billing.domain.price import Price
from services.billing.domain.rating import billed_seconds, connect_fee, price, price_of_calls
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from tests.support.builders.billing import a_month, a_price_book, a_span, with_price
from tests.support.builders.prices import (
    MONTH,
    amounts,
    exact,
    histograms,
    monotone_models,
    prices,
    quantities,
    seconds,
    shares,
    tariffs,
)


@given(tariffs(Rounding.PER_CALL), amounts, histograms)
def test_pricing_the_histogram_is_pricing_every_call(
    tariff: DurationTariff, per_minute: Decimal, calls: dict[int, int]
) -> None:
    """Increments, minimum, free seconds and connect fee: nothing of them is lost in it."""
    one_by_one = sum(
        (price(tariff, per_minute, each) * count for each, count in calls.items()), Fraction(0)
    )

    assert price_of_calls(tariff, per_minute, calls) == one_by_one


@given(tariffs(Rounding.PER_CALL), amounts, histograms)
def test_the_parts_of_minutes_are_the_prices_of_the_calls(
    tariff: DurationTariff, per_minute: Decimal, calls: dict[int, int]
) -> None:
    """What an invoice says is what each call costs in the list of calls."""
    parts = Price(PerUnit(per_minute), tariff).parts(
        minutes(billed_seconds(tariff, calls)), connect_fee.answered(calls)
    )

    assert exact(parts) == price_of_calls(tariff, per_minute, calls)


@given(tariffs(), amounts, histograms, seconds)
def test_one_more_call_never_costs_less(
    tariff: DurationTariff, per_minute: Decimal, calls: dict[int, int], more: int
) -> None:
    """Rating is monotone in the calls."""
    with_it = Counter(calls)
    with_it[more] += 1

    assert price_of_calls(tariff, per_minute, with_it) >= price_of_calls(tariff, per_minute, calls)


@given(prices(monotone_models), quantities, quantities, st.integers(0, 1000))
def test_more_never_costs_less(
    of: Price, quantity: Fraction, more: Fraction, call_count: int
) -> None:
    """But for volume prices, which are meant to."""
    less = exact(of.parts(quantity, call_count))

    assert exact(of.parts(quantity + more, call_count + 1)) >= less


@given(prices(), quantities, st.integers(0, 1000), shares)
def test_a_price_has_parts_and_none_is_negative(
    of: Price, quantity: Fraction, call_count: int, share: Fraction
) -> None:
    """So there is a line to show even if nothing was used."""
    parts = of.parts(quantity, call_count, share)

    assert parts
    assert all(part.quantity >= 0 and part.unit_price >= 0 for part in parts)


@given(prices(monotone_models), quantities)
def test_included_units_never_cost(of: Price, quantity: Fraction) -> None:
    """Without them it would not be cheaper."""
    without = replace(of, included_quantity=Decimal(0))

    assert exact(of.parts(quantity, 0, MONTH)) <= exact(without.parts(quantity, 0, MONTH))


@given(prices(), st.integers(0, 500))
def test_every_line_is_whole_cents_and_the_minimum_is_reached(of: Price, dids: int) -> None:
    """The lines add up to the total, which is at least what was committed to."""
    book = with_price(a_price_book(), Item.DIDS, replace(of, duration_tariff=None))

    lines = charge_lines("abc-solar", [book], a_month(dids=dids))

    of_dids = [line.amount.amount for line in lines if line.item is Item.DIDS]
    assert all((amount * 100) % 1 == 0 for amount in of_dids)
    assert sum(of_dids) >= of.minimum_amount
    assert total_of(lines).amount == sum(line.amount.amount for line in lines)


@given(prices(), tariffs(), histograms)
def test_no_line_of_minutes_is_a_float(
    of: Price, tariff: DurationTariff, calls: dict[int, int]
) -> None:
    """Quantity, price and amount are decimals all the way."""
    book = with_price(a_price_book(), Item.MINUTES, replace(of, duration_tariff=tariff))
    used = a_span({("r1", each): count for each, count in calls.items()})

    lines = charge_lines("abc-solar", [book], a_month(used))

    kinds = {
        type(value)
        for line in lines
        for value in (line.quantity, line.unit_price, line.amount.amount)
    }
    assert kinds == {Decimal}
